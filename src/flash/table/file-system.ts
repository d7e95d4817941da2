/** A file system, by what stands at its beginning. `ext4` stands for ext2 and ext3, too: resize2fs grows them all. */
export type FileSystem = 'ext4' | 'squashfs' | 'f2fs' | 'vfat' | 'swap' | 'unknown';

/** The ext4 superblock, and fields of it, in bytes. */
const superblock = 1024;
const has64BitCounts = 0x80;

function holds(bytes: Buffer, offset: number, text: string): boolean {
  return bytes.subarray(offset, offset + text.length).equals(Buffer.from(text, 'latin1'));
}

function isVfat(bytes: Buffer): boolean {
  const isNamed = holds(bytes, 54, 'FAT12   ') || holds(bytes, 54, 'FAT16   ') || holds(bytes, 82, 'FAT32   ');
  return isNamed && holds(bytes, 510, '\x55\xaa');
}

/**
 * The file system whose beginning this is.
 *
 * @param firstBytes the first 4 KiB of a partition; with fewer, less is recognised
 */
export function fileSystemOf(firstBytes: Buffer): FileSystem {
  if (holds(firstBytes, superblock + 56, '\x53\xef')) return 'ext4';
  if (holds(firstBytes, superblock, '\x10\x20\xf5\xf2')) return 'f2fs';
  if (holds(firstBytes, 0, 'hsqs')) return 'squashfs';
  if (isVfat(firstBytes)) return 'vfat';
  return holds(firstBytes, 4086, 'SWAPSPACE2') ? 'swap' : 'unknown';
}

/**
 * The size of an ext2, ext3 or ext4 file system in bytes: its blocks times their size, as `resize2fs` sets it.
 *
 * @param firstBytes the first 4 KiB of its partition
 * @returns undefined when it is none, or its numbers cannot be
 */
export function ext4Bytes(firstBytes: Buffer): number | undefined {
  const block = firstBytes.subarray(superblock, 2 * superblock);
  if (block.length < superblock || fileSystemOf(firstBytes) !== 'ext4') return undefined;
  const is64Bit = (block.readUInt32LE(96) & has64BitCounts) !== 0;
  const blocks = block.readUInt32LE(4) + (is64Bit ? block.readUInt32LE(336) * 2 ** 32 : 0);
  const blockSize = 1024 * 2 ** block.readUInt32LE(24);
  const bytes = blocks * blockSize;
  return blockSize <= 65_536 && Number.isSafeInteger(bytes) ? bytes : undefined;
}
