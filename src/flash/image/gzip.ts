import { crc32 } from 'node:zlib';
import { Failure } from '../../core/failure.js';
import { plainLine } from '../../core/terminal-text.js';
import type { RandomAccess } from './random-access.js';

/*
 * A gzip file is one member or several, one behind the other, and its content is theirs, one behind the other:
 *   header: 1f 8b, 08 (deflate), flags, time 4, hints 2; then, as the flags say, extra field, name, comment, CRC-16
 *   body: raw deflate, which ends by itself
 *   trailer: CRC-32 of the content 4, its length modulo 2^32 4, little-endian
 *
 * Who unpacks must do so for each member: read the header at the member's start, give what follows to
 * `createInflateRaw` until it ends (`bytesWritten` is the body's length), compare the trailer right behind the body, and
 * begin again there until the payload's end is reached exactly. Anything left that is no member is to be refused:
 * `createGunzip` either passes over it or takes the rest of the file for damaged, by chance.
 */

/** How a member begins. */
export interface GzipHeader {
  /** Where the body begins, in bytes from the member's start. */
  headerBytes: number;
  /** The name the file had when it was packed; safe to print. */
  name?: string;
  /** When it was last changed, in seconds since 1970; 0 when it is not said. */
  mtime: number;
}

/** How a member ends. */
export interface GzipTrailer {
  /** CRC-32 of the member's content. */
  crc32: number;
  /** The length of the member's content, in bytes modulo 2^32. */
  isize: number;
}

const flag = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 };
const fixedBytes = 10;
/** Room for an extra field of any length, and for a name and a comment of 4096 bytes. */
const largestHeader = fixedBytes + 2 + 65535 + 2 * 4096 + 2;

function damaged(name: string, why: string): Failure {
  return new Failure(`${name} is no whole gzip file: ${why}`, { code: 'verification', hint: 'Fetch the image again.' });
}

/** The place behind a text that ends with a zero. */
function afterText(bytes: Buffer, from: number, what: string, name: string): number {
  const end = bytes.indexOf(0, from);
  if (end === -1 || end - from > 4096) throw damaged(name, `the ${what} in its header has no end`);
  return end + 1;
}

function skipExtra(bytes: Buffer, from: number, name: string): number {
  const end = from + 2 <= bytes.length ? from + 2 + bytes.readUInt16LE(from) : Infinity;
  if (end > bytes.length) throw damaged(name, 'it ends within its header');
  return end;
}

function verifyHeaderCrc(bytes: Buffer, at: number, name: string): void {
  if (at + 2 > bytes.length) throw damaged(name, 'it ends within its header');
  if (bytes.readUInt16LE(at) === (crc32(bytes.subarray(0, at)) & 0xffff)) return;
  throw damaged(name, 'the checksum of its header is wrong');
}

/**
 * Reads the header of the member that begins where the file does.
 *
 * @param name for messages
 * @throws Failure when it is no gzip header, one of a kind nobody has defined, or a damaged one
 */
export async function readGzipHeader(file: RandomAccess, name = 'the image'): Promise<GzipHeader> {
  // Nearly all headers are short: 64 KiB are read for the others only.
  const start = await file.read(0, fixedBytes);
  if (start.length < fixedBytes) throw damaged(name, 'it ends within its header');
  if (start.readUInt16BE(0) !== 0x1f8b) throw damaged(name, 'no gzip header where one must be');
  if (start.readUInt8(2) !== 8) throw damaged(name, `it is packed by method ${start.readUInt8(2)}, and only 8 exists`);
  const flags = start.readUInt8(3);
  if ((flags & flag.reserved) !== 0) throw damaged(name, 'its header has flags that do not exist');
  const mtime = start.readUInt32LE(4);
  const fields = flag.extra | flag.name | flag.comment | flag.headerCrc;
  if ((flags & fields) === 0) return { headerBytes: fixedBytes, mtime };
  return { mtime, ...fieldsOf(await file.read(0, largestHeader), flags, name) };
}

function fieldsOf(bytes: Buffer, flags: number, file: string): { headerBytes: number; name?: string } {
  let at = fixedBytes;
  let name: string | undefined;
  if (flags & flag.extra) at = skipExtra(bytes, at, file);
  if (flags & flag.name) {
    const end = afterText(bytes, at, 'name', file);
    name = plainLine(bytes.toString('latin1', at, end - 1));
    at = end;
  }
  if (flags & flag.comment) at = afterText(bytes, at, 'comment', file);
  if (flags & flag.headerCrc) {
    verifyHeaderCrc(bytes, at, file);
    at += 2;
  }
  return { headerBytes: at, ...(name !== undefined && { name }) };
}

/**
 * Reads the trailer of the member that ends at `end`.
 *
 * @param end bytes from the file's start: right behind the trailer
 * @throws Failure when the file is too short
 */
export async function readGzipTrailer(file: RandomAccess, end: number, name = 'the image'): Promise<GzipTrailer> {
  const bytes = end < fixedBytes + 8 ? Buffer.alloc(0) : await file.read(end - 8, 8);
  if (bytes.length < 8) throw damaged(name, 'it ends too early');
  return { crc32: bytes.readUInt32LE(0), isize: bytes.readUInt32LE(4) };
}

/** What deflate can do at most: 258 bytes out of two bits. */
const highestRatio = 1032;

/** What a gzip file may hold. */
export interface SizeHint {
  /** The smallest length, in bytes, that agrees with the trailer and with the packed size. */
  bytes: number;
  /** False when a longer content (by 4 GiB, 8 GiB …) agrees with both as well. */
  isOnlyOne: boolean;
}

/**
 * How much a gzip file may hold, for a progress bar and a first look at the disk's size. A hint only: the trailer says
 * it modulo 4 GiB, for the last member alone, and nobody has checked it yet.
 *
 * @param compressedBytes the packed size without any trailer of fwtool
 */
export function sizeHint(isize: number, compressedBytes: number): SizeHint {
  // What cannot be packed grows by 5 bytes each 64 KiB at most, in programs that mean well.
  const least = Math.floor((compressedBytes - largestHeader) * (1 - 1 / 1024));
  const rounds = Math.max(0, Math.ceil((least - isize) / 2 ** 32));
  const bytes = isize + rounds * 2 ** 32;
  return { bytes, isOnlyOne: bytes + 2 ** 32 > compressedBytes * highestRatio };
}
