import { crc32 } from 'node:zlib';
import { Failure } from '../../core/failure.js';

/** A GPT's header. What is called a sector is what the table was made for: 512 or 4096 bytes. */
export interface GptHeader {
  /** Bytes of the header that its checksum covers: 92 or more. */
  headerSize: number;
  /** The sector of this header, and that of its copy. */
  currentSector: number;
  alternateSector: number;
  /** Partitions lie between these, both included. */
  firstUsable: number;
  lastUsable: number;
  /** In lower case, as the kernel writes `PARTUUID=`. */
  diskGuid: string;
  entriesSector: number;
  entryCount: number;
  /** In bytes: 128 times a power of two. */
  entrySize: number;
  entriesChecksum: number;
}

/** Where what otb changes stands in a header, in bytes. */
const at = { checksum: 16, current: 24, alternate: 32, lastUsable: 48, entries: 72, entriesChecksum: 88 };
const leastHeaderSize = 92;
const signature = Buffer.from('EFI PART');

/** True when a sector begins as a GPT's header does. */
export function hasGptSignature(sector: Buffer): boolean {
  return sector.subarray(0, signature.length).equals(signature);
}

/** The failure for a GPT that is not whole. */
export function damaged(what: string): Failure {
  return new Failure(`the partition table (GPT) is damaged: ${what}`, {
    code: 'verification',
    hint: 'Download the image again, or build it again.',
  });
}

/** A PiB and more: places up to here can be told in bytes, too, and stay exact. */
const mostSectors = 2 ** 41;

/**
 * A 64-bit number of a table.
 *
 * @throws Failure when it is larger than any disk
 */
export function readSector(bytes: Buffer, offset: number, what: string): number {
  const value = bytes.readBigUInt64LE(offset);
  if (value < mostSectors) return Number(value);
  throw damaged(`${what} is sector ${value}, beyond any disk`);
}

/** A GUID as text, in lower case. Its first three numbers are little-endian in a table. */
export function readGuid(bytes: Buffer, offset: number): string {
  const part = (from: number, to: number) => bytes.subarray(offset + from, offset + to);
  const turned = (from: number, to: number) => Buffer.from(part(from, to)).reverse().toString('hex');
  return [turned(0, 4), turned(4, 6), turned(6, 8), part(8, 10).toString('hex'), part(10, 16).toString('hex')].join(
    '-',
  );
}

function checksumOf(header: Buffer, size: number): number {
  const copy = Buffer.from(header.subarray(0, size));
  copy.writeUInt32LE(0, at.checksum);
  return crc32(copy);
}

function verifyFrame(sector: Buffer): number {
  if (sector.length < leastHeaderSize || !hasGptSignature(sector)) throw damaged('its header is missing');
  const revision = sector.readUInt32LE(8);
  if (revision !== 0x00010000) throw damaged(`its revision is ${revision.toString(16)}, not 10000`);
  const size = sector.readUInt32LE(12);
  if (size < leastHeaderSize || size > sector.length) throw damaged(`its header has ${size} bytes`);
  if (checksumOf(sector, size) !== sector.readUInt32LE(at.checksum)) throw damaged("its header's checksum is wrong");
  return size;
}

function verifyCounts({ entryCount, entrySize }: GptHeader): void {
  const isSize = entrySize >= 128 && entrySize <= 4096 && Number.isInteger(Math.log2(entrySize));
  if (!isSize) throw damaged(`an entry has ${entrySize} bytes`);
  if (entryCount < 1 || entryCount > 1024) throw damaged(`it has ${entryCount} entries`);
}

/**
 * Reads a header out of its sector.
 *
 * @throws Failure when it is none, its checksum is wrong, or it says what cannot be
 */
export function parseGptHeader(sector: Buffer): GptHeader {
  const headerSize = verifyFrame(sector);
  const header: GptHeader = {
    headerSize,
    currentSector: readSector(sector, at.current, 'the header'),
    alternateSector: readSector(sector, at.alternate, 'the backup'),
    firstUsable: readSector(sector, 40, 'the first usable sector'),
    lastUsable: readSector(sector, at.lastUsable, 'the last usable sector'),
    diskGuid: readGuid(sector, 56),
    entriesSector: readSector(sector, at.entries, 'the first of the entries'),
    entryCount: sector.readUInt32LE(80),
    entrySize: sector.readUInt32LE(84),
    entriesChecksum: sector.readUInt32LE(at.entriesChecksum),
  };
  verifyCounts(header);
  return header;
}

/** What {@link changedHeader} sets. */
export type HeaderChange = Pick<
  GptHeader,
  'currentSector' | 'alternateSector' | 'lastUsable' | 'entriesSector' | 'entriesChecksum'
>;

/** A copy of a header's sector with other places in it, and its checksum. All else is kept. */
export function changedHeader(sector: Buffer, { headerSize }: GptHeader, change: HeaderChange): Buffer {
  const copy = Buffer.from(sector);
  copy.writeBigUInt64LE(BigInt(change.currentSector), at.current);
  copy.writeBigUInt64LE(BigInt(change.alternateSector), at.alternate);
  copy.writeBigUInt64LE(BigInt(change.lastUsable), at.lastUsable);
  copy.writeBigUInt64LE(BigInt(change.entriesSector), at.entries);
  copy.writeUInt32LE(change.entriesChecksum, at.entriesChecksum);
  copy.writeUInt32LE(checksumOf(copy, headerSize), at.checksum);
  return copy;
}
