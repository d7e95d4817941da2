import { locateGpt } from './gpt.js';
import { isUsed, parseMbr } from './mbr.js';
import { kindOfGuid, kindOfMbrType, type PartitionKind } from './partition-kind.js';

/** A partition of an image or a disk, whatever the table. */
export interface Partition {
  /** As Linux counts: sda1 is 1. */
  number: number;
  startByte: number;
  byteLength: number;
  kind: PartitionKind;
}

/**
 * The partitions of an image or a disk, by number. Logical ones, inside of an extended one, are not looked for; nor is
 * it said that a partition lies on the disk.
 *
 * @param head the first bytes, 64 KiB or more
 * @param sectorSize of the disk, in bytes
 * @throws Failure when there is a GPT, and it is damaged or made for sectors of another size
 */
export function partitionsOf(head: Buffer, sectorSize: number): Partition[] {
  const located = locateGpt(head, sectorSize);
  if (located === undefined) return mbrPartitions(head, sectorSize);
  return located.gpt.entries
    .filter(({ firstSector, lastSector }) => firstSector <= lastSector)
    .map(({ number, firstSector, lastSector, typeGuid }) => ({
      number,
      startByte: firstSector * sectorSize,
      byteLength: (lastSector - firstSector + 1) * sectorSize,
      kind: kindOfGuid(typeGuid),
    }));
}

function mbrPartitions(head: Buffer, sectorSize: number): Partition[] {
  const { kind, entries } = parseMbr(head);
  if (kind === 'none') return [];
  return entries.filter(isUsed).map(({ number, firstSector, sectorCount, type }) => ({
    number,
    startByte: firstSector * sectorSize,
    byteLength: sectorCount * sectorSize,
    kind: kindOfMbrType(type),
  }));
}
