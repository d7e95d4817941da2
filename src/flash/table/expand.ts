import { locateGpt, type LocatedGpt } from './gpt.js';
import { changing, gptEnd, gptWrites, type Room } from './gpt-writes.js';
import { parseMbr, sectorCountOffset } from './mbr.js';
import { partitionsOf, type Partition } from './partition-list.js';
import type { TableWrite } from './table-write.js';

/** How a table is changed so that the last partition reaches the disk's end. */
export interface Expansion {
  /** Its number, as Linux counts. */
  partition: number;
  /** In sectors; it does not move. */
  firstSector: number;
  newSectorCount: number;
  /** In the order in which they are to be written. */
  writes: TableWrite[];
}

/** Why nothing is expanded, as the end of a sentence. */
export interface NoExpansion {
  reason: string;
}

/** Partitions end at a multiple of this, in bytes: the size of the erase blocks of most flash is a divisor. */
const alignment = 2 ** 20;

/** What an MBR can count, in sectors. */
const mbrLimit = 2 ** 32;

function endOf({ startByte, byteLength }: Partition): number {
  return startByte + byteLength;
}

function objectionTo(last: Partition, all: readonly Partition[], oddities: readonly string[]): string | undefined {
  if (oddities.length > 0) return `the partition table is unusual: ${oddities.join('; ')}`;
  if (all.some(({ kind }) => kind === 'extended')) return 'there is an extended partition';
  if (last.kind !== 'linux') return `the last partition on the disk, number ${last.number}, is not one for Linux`;
  return undefined;
}

function gptExpansion(head: Buffer, located: LocatedGpt, number: number, lastSector: number, room: Room) {
  const entries = Buffer.from(located.entries);
  entries.writeBigUInt64LE(BigInt(lastSector), (number - 1) * located.gpt.entrySize + 40);
  const { backup, primary } = gptWrites(head, located, entries, room);
  return [...backup, ...changing(primary, head, 0)];
}

function mbrExpansion(head: Buffer, number: number, sectorCount: number, { sectorSize }: Room): TableWrite[] {
  const bytes = Buffer.from(head.subarray(0, sectorSize));
  bytes.writeUInt32LE(sectorCount, sectorCountOffset(number));
  return [{ offset: 0, bytes, what: 'the partition table (MBR)' }];
}

function grow(last: Partition, newEnd: number, head: Buffer, located: LocatedGpt | undefined, room: Room): Expansion {
  const firstSector = last.startByte / room.sectorSize;
  const end = newEnd / room.sectorSize;
  const newSectorCount = end - firstSector;
  const writes = located
    ? gptExpansion(head, located, last.number, end - 1, room)
    : mbrExpansion(head, last.number, newSectorCount, room);
  return { partition: last.number, firstSector, newSectorCount, writes };
}

/**
 * Grows the last partition of an image to the end of the disk, in the table only: its file system is the caller's to
 * grow. A GPT gets its backup at the disk's end with the same writes.
 *
 * @param head the first bytes of the image, or of the disk that it was written to; 64 KiB or more
 * @param diskBytes the size of the disk
 * @returns why not, where the last partition is not one for Linux, is not alone there, or has no room to grow into
 * @throws Failure when there is a GPT, and it is damaged or made for sectors of another size
 */
export function planExpansion(head: Buffer, diskBytes: number, sectorSize: number): Expansion | NoExpansion {
  const room = { diskBytes, sectorSize };
  const located = locateGpt(head, sectorSize);
  const partitions = partitionsOf(head, sectorSize);
  const [last] = [...partitions].sort((one, other) => endOf(other) - endOf(one));
  if (last === undefined) return { reason: 'there is no partition' };
  const reason = objectionTo(last, partitions, (located?.gpt ?? parseMbr(head)).oddities);
  if (reason !== undefined) return { reason };
  const lastUsable = located ? gptEnd(located.gpt, room).lastUsable : mbrLimit - 1;
  const limit = Math.min((lastUsable + 1) * sectorSize, Math.floor(diskBytes / sectorSize) * sectorSize);
  const newEnd = Math.floor(limit / alignment) * alignment;
  if (endOf(last) > limit) return { reason: `partition ${last.number} ends beyond the disk` };
  if (endOf(last) >= newEnd) return { reason: `partition ${last.number} ends where the disk does` };
  return grow(last, newEnd, head, located, room);
}
