import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ext4Bytes, fileSystemOf } from '../../../../src/flash/table/file-system.js';

function ext4({ blocks = 0, blocksHigh = 0, log = 2, incompatible = 0 }): Buffer {
  const bytes = Buffer.alloc(4096);
  bytes.writeUInt16LE(0xef53, 1024 + 56);
  bytes.writeUInt32LE(blocks, 1024 + 4);
  bytes.writeUInt32LE(log, 1024 + 24);
  bytes.writeUInt32LE(incompatible, 1024 + 96);
  bytes.writeUInt32LE(blocksHigh, 1024 + 336);
  return bytes;
}

describe('the size of an ext4 file system', () => {
  it('is that of its blocks', () => {
    expect(ext4Bytes(ext4({ blocks: 26_624 }))).toBe(109_051_904);
    expect(ext4Bytes(ext4({ blocks: 26_624, log: 0 }))).toBe(27_262_976);
  });

  it('counts the upper half of the blocks only where that is in use', () => {
    expect(ext4Bytes(ext4({ blocks: 1, blocksHigh: 1, incompatible: 0x80 }))).toBe((2 ** 32 + 1) * 4096);
    expect(ext4Bytes(ext4({ blocks: 1, blocksHigh: 1, incompatible: 0x42 }))).toBe(4096);
  });

  it('is not known where the numbers cannot be, or the bytes are too few', () => {
    expect(ext4Bytes(ext4({ blocks: 1, log: 7 }))).toBeUndefined();
    expect(ext4Bytes(ext4({ blocks: 1, log: 2 ** 32 - 1 }))).toBeUndefined();
    expect(ext4Bytes(ext4({ blocks: 1, blocksHigh: 2 ** 31, incompatible: 0x80 }))).toBeUndefined();
    expect(ext4Bytes(ext4({ blocks: 1 }).subarray(0, 2047))).toBeUndefined();
    expect(ext4Bytes(Buffer.alloc(4096))).toBeUndefined();
  });
});

describe('a file system', () => {
  it('is unknown where there is none, or only half of its mark', () => {
    expect(fileSystemOf(Buffer.alloc(4096))).toBe('unknown');
    expect(fileSystemOf(Buffer.alloc(0))).toBe('unknown');
    const fat = Buffer.alloc(4096);
    fat.write('FAT16   ', 54);
    expect(fileSystemOf(fat)).toBe('unknown');
  });

  it('is looked for in any bytes without an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), fc.boolean(), (random, isMarked) => {
        const bytes = Buffer.from(random);
        if (isMarked && bytes.length > 1082) bytes.writeUInt16LE(0xef53, 1080);
        const size = ext4Bytes(bytes);
        expect(size === undefined || Number.isSafeInteger(size)).toBe(true);
        expect(['ext4', 'squashfs', 'f2fs', 'vfat', 'swap', 'unknown']).toContain(fileSystemOf(bytes));
      }),
    );
  });
});
