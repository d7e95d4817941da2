import { closeSync, openSync, readSync } from 'node:fs';

/** One entry of an MBR's table. */
export interface Partition {
  active: boolean;
  type: number;
  startSector: number;
  sectors: number;
}

/** What an MBR says: the disk's signature as the kernel prints it, and its partitions. */
export interface DiskTable {
  signature: string;
  partitions: Partition[];
}

/** Reads the MBR of a disk image. */
export function readDiskTable(path: string): DiskTable {
  const mbr = readBytes(path, 0, 512);
  if (mbr.readUInt16LE(510) !== 0xaa55) throw new Error(`${path} has no MBR`);
  const partitions = [0, 1, 2, 3].map((index) => {
    const at = 446 + 16 * index;
    return {
      active: mbr.readUInt8(at) === 0x80,
      type: mbr.readUInt8(at + 4),
      startSector: mbr.readUInt32LE(at + 8),
      sectors: mbr.readUInt32LE(at + 12),
    };
  });
  return {
    signature: mbr.readUInt32LE(440).toString(16).padStart(8, '0'),
    partitions: partitions.filter(({ sectors }) => sectors > 0),
  };
}

/** Reads bytes from a place in a file. */
export function readBytes(path: string, offset: number, length: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(length);
    const got = readSync(file, bytes, 0, length, offset);
    return bytes.subarray(0, got);
  } finally {
    closeSync(file);
  }
}
