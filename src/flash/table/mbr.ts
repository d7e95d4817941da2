import { mbrOddities } from './mbr-oddities.js';

/** One of the four entries of an MBR. All numbers are as found, and prove nothing. */
export interface MbrEntry {
  /** 1 to 4, as Linux counts partitions. */
  number: number;
  isBootable: boolean;
  /** 0 where there is no partition. */
  type: number;
  /** In sectors. */
  firstSector: number;
  /** In sectors. */
  sectorCount: number;
}

/** What a disk's first sector says. */
export interface Mbr {
  /** Ends the sector in 55 AA? Without that the rest means nothing. */
  hasSignature: boolean;
  /** 8 hexadecimal digits, as in `PARTUUID=`. */
  diskId: string;
  /** `protective`: a GPT follows, and nothing else counts. `hybrid`: the same, with partitions for old firmware. */
  kind: 'none' | 'plain' | 'protective' | 'hybrid';
  /** All four; empty when there is no signature. */
  entries: readonly MbrEntry[];
  /** What is wrong or unusual, a sentence each. */
  oddities: readonly string[];
}

/** The bytes of an MBR, and where its table stands in the sector. */
const mbrBytes = 512;
const tableStart = 446;
const entryBytes = 16;
const protectiveType = 0xee;

/** Where an entry's number of sectors stands in the first sector. `number` counts from 1. */
export function sectorCountOffset(number: number): number {
  return tableStart + entryBytes * (number - 1) + 12;
}

function parseEntry(sector: Buffer, number: number): MbrEntry {
  const entry = sector.subarray(tableStart + entryBytes * (number - 1));
  return {
    number,
    isBootable: entry.readUInt8(0) === 0x80,
    type: entry.readUInt8(4),
    firstSector: entry.readUInt32LE(8),
    sectorCount: entry.readUInt32LE(12),
  };
}

/** True for the entry that says "the table is a GPT"; the kernel looks at its type and its start. */
export function isProtective({ type, firstSector }: MbrEntry): boolean {
  return type === protectiveType && firstSector === 1;
}

/** True for an entry that holds a partition. */
export function isUsed({ type, sectorCount }: MbrEntry): boolean {
  return type !== 0 && sectorCount > 0;
}

// A file system's boot sector ends in 55 AA, too. Its code seldom looks like four boot flags, and the kernel tells
// them apart by that.
function hasBootFlags(sector: Buffer): boolean {
  return [1, 2, 3, 4].every((number) => [0, 0x80].includes(sector[tableStart + entryBytes * (number - 1)] ?? 1));
}

function kindOf(sector: Buffer, entries: readonly MbrEntry[]): Mbr['kind'] {
  if (entries.some(isProtective)) {
    return entries.some((entry) => isUsed(entry) && !isProtective(entry)) ? 'hybrid' : 'protective';
  }
  return entries.length > 0 && hasBootFlags(sector) ? 'plain' : 'none';
}

/** Reads a first sector (512 bytes or more). Nothing in it is an error; what is strange is told in `oddities`. */
export function parseMbr(sector: Buffer): Mbr {
  const isWhole = sector.length >= mbrBytes;
  const hasSignature = isWhole && sector.readUInt16BE(510) === 0x55aa;
  const entries = hasSignature ? [1, 2, 3, 4].map((number) => parseEntry(sector, number)) : [];
  const kind = kindOf(sector, entries);
  return {
    hasSignature,
    diskId: (isWhole ? sector.readUInt32LE(440) : 0).toString(16).padStart(8, '0'),
    kind,
    entries,
    oddities: mbrOddities(kind, entries),
  };
}

function describesSame(one: MbrEntry, other: MbrEntry | undefined): boolean {
  if (!isUsed(one)) return other !== undefined && !isUsed(other);
  return one.type === other?.type && one.firstSector === other.firstSector && one.sectorCount === other.sectorCount;
}

/**
 * True when two first sectors describe the same partitions, whatever their disk ids, boot flags and boot code. False
 * when one describes none, or leaves it to a GPT: two protective MBRs are alike on all disks.
 */
export function sameLayout(a: Buffer, b: Buffer): boolean {
  const [one, other] = [parseMbr(a), parseMbr(b)];
  if (one.kind !== 'plain' || other.kind !== 'plain' || !one.entries.some(isUsed)) return false;
  return one.entries.every((entry, index) => describesSame(entry, other.entries[index]));
}
