import { Failure } from '../../core/failure.js';
import { formatBytes } from '../../core/units.js';

/*
 * VirtualBox's disk image, version 1.1, little-endian: greeting 64, signature 4, version 4, header size 4, type 4 (1
 * dynamic, 2 static, 3 undo, 4 differencing), flags 4, comment 256, then the fields below. A block map follows, 4 bytes
 * a block: the block's place in the data area, or that it holds nothing (free) or zeros.
 */
const at = {
  signature: 0x40,
  version: 0x44,
  headerSize: 0x48,
  type: 0x4c,
  mapOffset: 0x154,
  dataOffset: 0x158,
  sectorBytes: 0x168,
  diskBytes: 0x170,
  blockBytes: 0x178,
  blockExtra: 0x17c,
  blockCount: 0x180,
  allocated: 0x184,
  link: 0x1a8,
  parent: 0x1b8,
  end: 0x1c8,
} as const;
const signature = 0xbeda107f;
const version = 0x00010001;
const free = 0xffffffff;
const zero = 0xfffffffe;
const blockSizes = { least: 4096, most: 256 * 1024 * 1024 };
const largestMap = 64 * 1024 * 1024;

/** Where a VDI keeps what; every field has been checked against the others and the file's size. All sizes in bytes. */
export interface VdiLayout {
  type: 'dynamic' | 'static';
  /** Of the disk it holds. */
  diskBytes: number;
  blockBytes: number;
  blockCount: number;
  /** How many blocks the data area has. */
  allocatedBlocks: number;
  mapOffset: number;
  mapBytes: number;
  dataOffset: number;
  fileBytes: number;
}

/** One block of the disk. */
export interface VdiExtent {
  /** Counted from 0; the block begins at this times the block size. */
  logicalBlock: number;
  /** Where its bytes stand in the file; undefined where the disk has zeros. */
  fileOffset: number | undefined;
  /** Bytes: the block size, or less for the last block of the disk. */
  length: number;
}

function damaged(why: string): Failure {
  return new Failure(`the VDI is damaged: ${why}`, { code: 'verification', hint: 'Fetch or make the image again.' });
}

function unsupported(what: string): Failure {
  return new Failure(`the VDI is ${what}`, {
    code: 'usage',
    hint: 'Convert it where its other files are: `VBoxManage clonemedium FROM TO.img --format RAW`.',
  });
}

function typeOf(head: Buffer): VdiLayout['type'] {
  const type = head.readUInt32LE(at.type);
  if (type === 3) throw unsupported('an undo image: it holds only what has changed');
  const isChild = [at.link, at.parent].some((offset) => !head.subarray(offset, offset + 16).equals(Buffer.alloc(16)));
  if (type === 4 || isChild) throw unsupported('a differencing image: it holds only what has changed since a snapshot');
  if (type !== 1 && type !== 2) throw damaged(`its type is ${type}, and only 1 to 4 exist`);
  return type === 1 ? 'dynamic' : 'static';
}

function verifyKind(head: Buffer): void {
  if (head.length < at.end) throw damaged('it ends within its header');
  if (head.readUInt32LE(at.signature) !== signature) throw damaged('its signature is missing');
  const found = head.readUInt32LE(at.version);
  if (found !== version) throw unsupported(`of version ${found >>> 16}.${found & 0xffff}, and only 1.1 can be read`);
  if (head.readUInt32LE(at.sectorBytes) !== 512) throw damaged('its sectors are not of 512 bytes');
  if (head.readUInt32LE(at.blockExtra) !== 0) throw unsupported('one with extra data in its blocks');
}

function verifySizes({ diskBytes, blockBytes, blockCount }: VdiLayout): void {
  if (diskBytes === 0 || diskBytes % 512 !== 0 || !Number.isSafeInteger(diskBytes)) {
    throw damaged(`its disk cannot have ${diskBytes} bytes`);
  }
  const isPower = Number.isInteger(Math.log2(blockBytes));
  if (!isPower || blockBytes < blockSizes.least || blockBytes > blockSizes.most) {
    throw damaged(`its blocks cannot have ${blockBytes} bytes`);
  }
  const wanted = Math.ceil(diskBytes / blockBytes);
  if (blockCount !== wanted)
    throw damaged(`a disk of ${formatBytes(diskBytes)} has ${wanted} blocks, not ${blockCount}`);
}

function verifyPlaces(layout: VdiLayout, headerSize: number): void {
  const { mapOffset, mapBytes, dataOffset, fileBytes, allocatedBlocks, blockCount } = layout;
  const headerEnd = at.headerSize + headerSize;
  if (headerEnd < at.end || mapOffset < headerEnd || mapOffset % 512 !== 0) {
    throw damaged('its block map stands in its header');
  }
  if (mapOffset + mapBytes > fileBytes) throw damaged('its block map is longer than the file');
  if (mapBytes > largestMap) throw damaged('its block map is longer than 64 MiB');
  if (dataOffset < mapOffset + mapBytes || dataOffset % 512 !== 0) throw damaged('its data stand in its block map');
  if (allocatedBlocks > blockCount) throw damaged(`${allocatedBlocks} of ${blockCount} blocks are in use`);
}

/**
 * Reads the header of a VDI as VirtualBox, qemu-img and otb write it.
 *
 * @param head how the file begins: 512 bytes at least
 * @param fileBytes the file's size
 * @throws Failure when a field cannot be true, or the image is not one that stands alone
 */
export function parseVdi(head: Buffer, fileBytes: number): VdiLayout {
  verifyKind(head);
  const blockCount = head.readUInt32LE(at.blockCount);
  const layout: VdiLayout = {
    type: typeOf(head),
    diskBytes: Number(head.readBigUInt64LE(at.diskBytes)),
    blockBytes: head.readUInt32LE(at.blockBytes),
    blockCount,
    allocatedBlocks: head.readUInt32LE(at.allocated),
    mapOffset: head.readUInt32LE(at.mapOffset),
    mapBytes: blockCount * 4,
    dataOffset: head.readUInt32LE(at.dataOffset),
    fileBytes,
  };
  verifySizes(layout);
  verifyPlaces(layout, head.readUInt32LE(at.headerSize));
  return layout;
}

/**
 * Where each block of the disk stands, in the disk's order.
 *
 * @param blockMap the file's `mapBytes` bytes from `mapOffset` on
 * @throws Failure when a block stands outside of the file, or two blocks in one place
 */
export function extentsOf(layout: VdiLayout, blockMap: Buffer): VdiExtent[] {
  const { blockCount, blockBytes, diskBytes, dataOffset, fileBytes, allocatedBlocks } = layout;
  if (blockMap.length !== layout.mapBytes) throw damaged('it ends within its block map');
  const taken = new Uint8Array(allocatedBlocks);
  return Array.from({ length: blockCount }, (_, logicalBlock) => {
    const length = Math.min(blockBytes, diskBytes - logicalBlock * blockBytes);
    const place = blockMap.readUInt32LE(logicalBlock * 4);
    if (place === free || place === zero) return { logicalBlock, fileOffset: undefined, length };
    const fileOffset = dataOffset + place * blockBytes;
    if (place >= allocatedBlocks || fileOffset + length > fileBytes) {
      throw damaged(`block ${logicalBlock} stands behind the end of the file`);
    }
    if (taken[place] === 1) throw damaged(`block ${logicalBlock} stands where another one does`);
    taken[place] = 1;
    return { logicalBlock, fileOffset, length };
  });
}
