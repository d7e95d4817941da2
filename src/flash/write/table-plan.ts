import { Failure } from '../../core/failure.js';
import { planExpansion, type Expansion } from '../table/expand.js';
import { locateGpt } from '../table/gpt.js';
import { moveBackup } from '../table/move-backup.js';
import type { TableWrite } from '../table/table-write.js';

/** The space a table is fitted to. In bytes. */
export interface DiskSpace {
  size: number;
  sectorSize: number;
}

/** How an image's partition table becomes the disk's. */
export interface TablePlan {
  /** The image's first bytes, with the table as it has to be on this disk. */
  first: Buffer;
  /** What belongs to the end of the disk: a GPT's second copy. */
  end: TableWrite[];
  /** How the last partition grows, or why it does not; undefined when nobody asked for it. */
  expansion: Expansion | { reason: string } | undefined;
}

/** An image of OpenWrt's has no second copy, even where its length is the disk's: one is always planned. */
const noTail = Buffer.alloc(1024 * 1024);

/** Images are made for sectors of 512 bytes; a GPT tells which, an MBR does not. */
function verifySectors(first: Buffer, sectorSize: number): void {
  if (sectorSize === 512 || locateGpt(first, sectorSize)) return;
  throw new Failure(`the disk has sectors of ${sectorSize} bytes, and the image is made for sectors of 512`, {
    code: 'refused',
    hint: 'Take another disk.',
  });
}

/**
 * Fits an image's partition table to a disk, before it is written: there is no moment at which the disk has a table
 * that is not its own.
 *
 * @param first the image's first bytes, 64 KiB or more
 * @throws Failure when the table is damaged, or made for other sectors
 */
export function planTable(first: Buffer, { size, sectorSize }: DiskSpace, isExpanding: boolean): TablePlan {
  verifySectors(first, sectorSize);
  const expansion = isExpanding ? planExpansion(first, size, sectorSize) : undefined;
  const writes = expansion && 'writes' in expansion ? expansion.writes : moveBackup(first, size, sectorSize, noTail);
  const isInFront = ({ offset }: TableWrite) => offset < first.length;
  const fitted = Buffer.from(first);
  for (const { offset, bytes } of writes.filter(isInFront)) bytes.copy(fitted, offset);
  return { first: fitted, end: writes.filter((write) => !isInFront(write)), expansion };
}
