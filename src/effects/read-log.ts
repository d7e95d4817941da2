import { open, type FileHandle } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { codeOf } from './errno-words.js';
import { readFailure, unreadable } from './files.js';

const bufferBytes = 512 * 1024;
const lookedAt = 4096;

/** Bytes that no log holds many of: all control characters but tab, line ends, backspace, form feed and escape. */
function isControl(byte: number): boolean {
  return byte < 32 && byte !== 27 && (byte < 8 || byte > 13);
}

function verifyText(path: string, bytes: Buffer): void {
  const looked = bytes.subarray(0, lookedAt);
  if (looked.filter(isControl).length > looked.length / 20) {
    throw unreadable(path, 'it is no text', 'Name the log of a build, plain or gzip.');
  }
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Reads into one buffer again and again: fresh memory for every piece of a long log costs more than reading it. */
async function* piecesOf(file: FileHandle): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(bufferBytes);
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, bufferBytes);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Unpacks gzip on the way. */
async function unpack(
  pieces: AsyncIterable<Buffer>,
  onChunk: (chunk: Buffer) => void,
  signal: AbortSignal,
): Promise<void> {
  const output = new PassThrough();
  output.on('data', onChunk);
  const copies = async function* () {
    for await (const piece of pieces) yield Buffer.from(piece);
  };
  await pipeline(copies, createGunzip({ chunkSize: bufferBytes }), output, { signal });
}

async function* withFirst(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function readPieces(
  path: string,
  pieces: AsyncIterable<Buffer>,
  onChunk: (chunk: Buffer) => void,
  signal: AbortSignal,
) {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) throw unreadable(path, 'it is empty', 'Name the log of a build.');
  if (isGzip(first.value)) return unpack(withFirst(first.value, iterator), onChunk, signal);
  verifyText(path, first.value);
  for await (const piece of withFirst(first.value, iterator)) {
    signal.throwIfAborted();
    onChunk(piece);
  }
}

/**
 * Reads a log from its beginning to its end, gzip too. A chunk is overwritten when `onChunk` has returned.
 *
 * @param path a file, a pipe, or `-` for stdin
 * @throws {@link Failure} with the reason when it cannot be read, is empty, or is no text
 */
export async function readLog(path: string, onChunk: (chunk: Buffer) => void, signal: AbortSignal): Promise<void> {
  if (path === '-') return readPieces('stdin', process.stdin as Readable & AsyncIterable<Buffer>, onChunk, signal);
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    await readPieces(path, piecesOf(file), onChunk, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (codeOf(error).startsWith('Z_')) throw unreadable(path, 'it is no whole gzip file', 'Fetch it again.', error);
    throw readFailure(path, error);
  } finally {
    await file?.close();
  }
}
