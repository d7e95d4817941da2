import { crc32 } from 'node:zlib';
import { formatBytes } from '../../core/units.js';
import { Failure } from '../../core/failure.js';
import { entryBytes, type Gpt, type LocatedGpt } from './gpt.js';
import { changedHeader } from './gpt-header.js';
import { isProtective, parseMbr, sectorCountOffset } from './mbr.js';
import type { TableWrite } from './table-write.js';

/** The disk that a table is for. */
export interface Room {
  diskBytes: number;
  sectorSize: number;
}

/** Where a GPT's second half belongs, in sectors. */
export interface GptEnd {
  lastUsable: number;
  backupEntries: number;
  /** The disk's last: the backup header's. */
  lastSector: number;
}

/** Where a GPT ends on a disk. On a tiny disk the numbers are negative. */
export function gptEnd(gpt: Gpt, { diskBytes, sectorSize }: Room): GptEnd {
  const lastSector = Math.floor(diskBytes / sectorSize) - 1;
  const backupEntries = lastSector - Math.ceil(entryBytes(gpt) / sectorSize);
  return { lastUsable: backupEntries - 1, backupEntries, lastSector };
}

function verifyRoom(gpt: Gpt, { lastUsable }: GptEnd, { diskBytes, sectorSize }: Room): void {
  const needed = Math.max(gpt.firstUsable, ...gpt.entries.map(({ lastSector }) => lastSector));
  if (needed <= lastUsable) return;
  const missing = formatBytes((needed - lastUsable) * sectorSize);
  throw new Failure(
    `the image's partitions and its table need ${missing} more than the disk's ${formatBytes(diskBytes)}`,
    {
      code: 'refused',
      hint: 'Take a larger disk.',
    },
  );
}

// A hybrid MBR's protective entry may cover the first sectors only: then it is not about the disk's size.
function protectiveWrites(head: Buffer, gpt: Gpt, { lastSector }: GptEnd, sectorSize: number): TableWrite[] {
  const { kind, entries } = parseMbr(head);
  const entry = entries.find(isProtective);
  if (entry === undefined || (kind === 'hybrid' && entry.sectorCount < gpt.alternateSector)) return [];
  const bytes = Buffer.from(head.subarray(0, sectorSize));
  bytes.writeUInt32LE(Math.min(lastSector, 2 ** 32 - 1), sectorCountOffset(entry.number));
  return [{ offset: 0, bytes, what: 'the size in the protective MBR' }];
}

/** All that a GPT has on a disk, in the order in which it is to be written: the copy first, so that one is whole. */
export interface GptWrites {
  backup: readonly TableWrite[];
  primary: readonly TableWrite[];
}

/**
 * A GPT as a disk is to have it, both copies.
 *
 * @param head the first bytes of the image or the disk
 * @param entries what the table is to list: as many bytes as `located` has
 * @throws Failure when the disk is too small
 */
export function gptWrites(head: Buffer, { gpt, header }: LocatedGpt, entries: Buffer, room: Room): GptWrites {
  const { sectorSize } = room;
  const end = gptEnd(gpt, room);
  verifyRoom(gpt, end, room);
  const common = { lastUsable: end.lastUsable, entriesChecksum: crc32(entries.subarray(0, entryBytes(gpt))) };
  const primary = { ...common, currentSector: 1, alternateSector: end.lastSector, entriesSector: gpt.entriesSector };
  const backup = {
    ...common,
    currentSector: end.lastSector,
    alternateSector: 1,
    entriesSector: end.backupEntries,
  };
  const write = (sector: number, bytes: Buffer, what: string) => ({ offset: sector * sectorSize, bytes, what });
  return {
    backup: [
      write(end.backupEntries, entries, 'the backup GPT entries'),
      write(end.lastSector, changedHeader(header, gpt, backup), 'the backup GPT header'),
    ],
    primary: [
      write(gpt.entriesSector, entries, 'the GPT entries'),
      write(1, changedHeader(header, gpt, primary), 'the GPT header'),
      ...protectiveWrites(head, gpt, end, sectorSize),
    ],
  };
}

/** The writes that change something in bytes that begin at `start` of the disk. */
export function changing(writes: readonly TableWrite[], bytes: Buffer, start: number): TableWrite[] {
  return writes.filter(({ offset, bytes: wanted }) => {
    const from = offset - start;
    return from < 0 || !bytes.subarray(from, from + wanted.length).equals(wanted);
  });
}
