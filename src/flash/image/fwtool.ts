import { crc32 } from 'node:zlib';
import { Failure } from '../../core/failure.js';
import type { RandomAccess } from './random-access.js';

/*
 * What OpenWrt's fwtool puts behind an image: data, then 16 bytes, all big-endian:
 *   magic "FWx0", CRC of everything before these 16 bytes, type 1, zeros 3, size 4 (of data and these 16 bytes)
 * Metadata comes first: 8 zero bytes (version, flags), then JSON. The signature, over all before it, is the last.
 */

/** What stands behind an image. */
export interface Trailers {
  /** Where the image itself ends, in bytes; the file's size where nothing follows. */
  payloadEnd: number;
  /** The JSON of the metadata; {@link readMetadata} gives it a shape. */
  metadata?: unknown;
  /** OpenWrt's own signature (a chain of ucert, or usign's text), as it is. Nothing here verifies it. */
  signature?: Buffer;
}

interface Chunk {
  type: 'signature' | 'metadata';
  start: number;
  trailerAt: number;
  crc: number;
  data: Buffer;
}

const trailerBytes = 16;
const magic = 0x46577830;
const largestChunk = 33 * 1024;
const largest = { signature: 1024, metadata: 30 * 1024 };
const header = Buffer.alloc(8);
const pieceBytes = 1024 * 1024;

function damaged(name: string, why: string): Failure {
  return new Failure(`the trailer of ${name} is damaged: ${why}`, {
    code: 'verification',
    hint: 'Fetch the image again.',
  });
}

async function readAll(file: RandomAccess, offset: number, length: number, name: string): Promise<Buffer> {
  const bytes = await file.read(offset, length);
  if (bytes.length === length) return bytes;
  throw damaged(name, `the file ended at byte ${offset + bytes.length} while it was read`);
}

/** The data without its header, in the size its type allows. The bytes after the type are under no CRC. */
function dataOf(type: Chunk['type'], bytes: Buffer, name: string): Buffer {
  const begins = bytes.subarray(0, header.length).equals(header);
  if (begins !== (type === 'metadata')) throw damaged(name, `what it calls ${type} is something else`);
  const data = type === 'metadata' ? bytes.subarray(header.length) : bytes;
  if (data.length > largest[type]) {
    throw damaged(name, `${data.length} bytes of ${type}, and ${largest[type]} is the most`);
  }
  return data;
}

async function chunkBefore(file: RandomAccess, end: number, name: string): Promise<Chunk | undefined> {
  if (end < trailerBytes) return undefined;
  const trailerAt = end - trailerBytes;
  const trailer = await readAll(file, trailerAt, trailerBytes, name);
  if (trailer.readUInt32BE(0) !== magic) return undefined;
  const size = trailer.readUInt32BE(12);
  if (size < trailerBytes || size > largestChunk || size > end) throw damaged(name, `it says to have ${size} bytes`);
  const type = (['signature', 'metadata'] as const)[trailer.readUInt8(8)];
  if (type === undefined || trailer.readUIntBE(9, 3) !== 0) throw damaged(name, 'it is of an unknown type');
  const start = end - size;
  const data = dataOf(type, await readAll(file, start, size - trailerBytes, name), name);
  return { type, start, trailerAt, crc: trailer.readUInt32BE(4), data };
}

/** From the last one to the first. */
async function walk(file: RandomAccess, name: string): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  let end = file.size;
  for (;;) {
    const chunk = await chunkBefore(file, end, name);
    if (chunk === undefined) return chunks;
    const isInOrder = chunks.length === 0 || (chunks.length === 1 && chunks[0]?.type === 'signature');
    if (!isInOrder || (chunks.length === 1 && chunk.type === 'signature')) {
      throw damaged(name, 'it has more parts than metadata and one signature');
    }
    chunks.push(chunk);
    end = chunk.start;
  }
}

/** One pass over the file: each CRC goes from the first byte to its own trailer. */
async function verifyChecksums(file: RandomAccess, chunks: readonly Chunk[], name: string): Promise<void> {
  let [at, sum] = [0, 0];
  for (const { trailerAt, crc, type } of [...chunks].reverse()) {
    while (at < trailerAt) {
      const piece = await readAll(file, at, Math.min(pieceBytes, trailerAt - at), name);
      sum = crc32(piece, sum);
      at += piece.length;
    }
    if ((sum ^ 0xffffffff) >>> 0 === crc) continue;
    throw new Failure(`${name} is damaged: the checksum in its trailer (${type}) is not that of its content`, {
      code: 'verification',
      hint: 'Fetch the image again.',
    });
  }
}

function parseJson(data: Buffer, name: string): unknown {
  try {
    // Some builds end the text with a zero, as C does.
    return JSON.parse(data.toString('utf8').replace(/\0+$/, ''));
  } catch {
    throw damaged(name, 'its metadata is no JSON');
  }
}

/**
 * Reads what fwtool put behind an image (a packed or a raw one), and checks it against the whole content; a file
 * without a trailer is not read.
 *
 * A trailer whose magic itself is damaged cannot be seen: then `payloadEnd` is the file's size, and who unpacks
 * `[0, payloadEnd)` must refuse what is left behind the last member.
 *
 * @param name for messages
 * @throws Failure when the trailer or the content is damaged
 */
export async function readTrailers(file: RandomAccess, name = 'the image'): Promise<Trailers> {
  const chunks = await walk(file, name);
  await verifyChecksums(file, chunks, name);
  const payloadEnd = chunks.at(-1)?.start ?? file.size;
  if (chunks.length > 0 && payloadEnd === 0) throw damaged(name, 'there is no image before it');
  const metadata = chunks.find(({ type }) => type === 'metadata');
  const signature = chunks.find(({ type }) => type === 'signature');
  return {
    payloadEnd,
    ...(metadata && { metadata: parseJson(metadata.data, name) }),
    ...(signature && { signature: signature.data }),
  };
}
