import { crc32 } from 'node:zlib';
import { Failure } from '../../core/failure.js';
import { damaged, hasGptSignature, parseGptHeader, readGuid, readSector, type GptHeader } from './gpt-header.js';
import { parseMbr } from './mbr.js';

/** A partition of a GPT. Numbers of sectors are as found; `oddities` of the table tells which cannot be. */
export interface GptEntry {
  /** From 1, as Linux counts. */
  number: number;
  /** In lower case. */
  typeGuid: string;
  guid: string;
  firstSector: number;
  /** Included. */
  lastSector: number;
  /** As the image has it: may hold anything, control characters too. */
  name: string;
}

/** A GPT whose checksums are right. */
export interface Gpt extends GptHeader {
  /** Those that are used, by number. */
  entries: readonly GptEntry[];
  /** What is wrong or unusual, a sentence each. */
  oddities: readonly string[];
}

/** A GPT, and the bytes it was read from. */
export interface LocatedGpt {
  gpt: Gpt;
  /** The whole sector of the header. */
  header: Buffer;
  /** All of the array, in whole sectors. */
  entries: Buffer;
}

const unused = Buffer.alloc(16);

function parseEntry(entry: Buffer, number: number): GptEntry[] {
  if (entry.subarray(0, 16).equals(unused)) return [];
  const [name = ''] = entry.toString('utf16le', 56, 128).split('\0');
  return [
    {
      number,
      typeGuid: readGuid(entry, 0),
      guid: readGuid(entry, 16),
      firstSector: readSector(entry, 32, `the start of partition ${number}`),
      lastSector: readSector(entry, 40, `the end of partition ${number}`),
      name,
    },
  ];
}

function odditiesOf({ firstUsable, lastUsable }: GptHeader, entries: readonly GptEntry[]): string[] {
  const byPlace = [...entries].sort((one, other) => one.firstSector - other.firstSector);
  return byPlace.flatMap(({ number, firstSector, lastSector }, index) => {
    const next = byPlace[index + 1];
    return [
      ...(lastSector < firstSector ? [`partition ${number} ends before it starts`] : []),
      ...(firstSector < firstUsable || lastSector > lastUsable
        ? [`partition ${number} lies outside of what the table calls usable`]
        : []),
      ...(next && next.firstSector <= lastSector ? [`partitions ${number} and ${next.number} overlap`] : []),
    ];
  });
}

/** Bytes of the whole array of entries. */
export function entryBytes({ entryCount, entrySize }: GptHeader): number {
  return entryCount * entrySize;
}

/**
 * Reads a GPT out of its header's sector and its array of entries (which may be followed by more).
 *
 * @throws Failure when a checksum is wrong, or sizes and places cannot be
 */
export function parseGpt(header: Buffer, entries: Buffer): Gpt {
  const parsed = parseGptHeader(header);
  const array = entries.subarray(0, entryBytes(parsed));
  if (array.length < entryBytes(parsed)) throw damaged('its entries are cut off');
  if (crc32(array) !== parsed.entriesChecksum) throw damaged("its entries' checksum is wrong");
  const used = Array.from({ length: parsed.entryCount }, (_, index) =>
    parseEntry(array.subarray(index * parsed.entrySize, (index + 1) * parsed.entrySize), index + 1),
  ).flat();
  return { ...parsed, entries: used, oddities: odditiesOf(parsed, used) };
}

function headerSector(head: Buffer, sectorSize: number): Buffer {
  return head.subarray(sectorSize, 2 * sectorSize);
}

function verifySectorSize(head: Buffer, sectorSize: number): void {
  const other = [512, 4096].find((size) => size !== sectorSize && hasGptSignature(headerSector(head, size)));
  if (other === undefined) return;
  throw new Failure(
    `the image's partition table is made for disks with sectors of ${other} bytes, and this one has ${sectorSize}`,
    {
      code: 'refused',
      hint: `Write it to a disk with sectors of ${other} bytes: \`lsblk -o NAME,LOG-SEC\` shows them.`,
    },
  );
}

/**
 * Finds the GPT at the beginning of an image or a disk.
 *
 * @param head the first bytes, 64 KiB or more
 * @param sectorSize of the disk, in bytes
 * @returns undefined when the first sector names no GPT: what then looks like one is not in force
 * @throws Failure when the GPT is damaged, or made for sectors of another size
 */
export function locateGpt(head: Buffer, sectorSize: number): LocatedGpt | undefined {
  const { kind } = parseMbr(head);
  if (kind !== 'protective' && kind !== 'hybrid') return undefined;
  const header = headerSector(head, sectorSize);
  if (!hasGptSignature(header)) verifySectorSize(head, sectorSize);
  const parsed = parseGptHeader(header);
  if (parsed.currentSector !== 1) throw damaged(`its header belongs to sector ${parsed.currentSector}, not 1`);
  const start = parsed.entriesSector * sectorSize;
  const length = Math.ceil(entryBytes(parsed) / sectorSize) * sectorSize;
  if (parsed.entriesSector < 2) throw damaged(`its entries start at sector ${parsed.entriesSector}`);
  if (start + length > head.length) throw damaged(`its entries lie beyond the first ${head.length} bytes`);
  const entries = head.subarray(start, start + length);
  return { gpt: parseGpt(header, entries), header, entries };
}
