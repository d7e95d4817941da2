import { open, type FileHandle } from 'node:fs/promises';
import { Failure } from '../core/failure.js';
import { codeOf, errnoWords } from './errno-words.js';

/** What to do when the usual advice, to check the path, is not enough. */
const hints: Readonly<Record<string, string>> = {
  EISDIR: 'Name a file in it.',
  EACCES: 'Let your user read it (chmod u+r), or name another file.',
  EPERM: 'Let your user read it, or name another file.',
  ELOOP: 'Check the links.',
};

/** A file that cannot be read, or not as what it should be. */
export function unreadable(path: string, what: string, hint: string, cause?: unknown): Failure {
  return new Failure(`cannot read ${path}: ${what}`, { code: 'usage', hint, cause });
}

function placeOf(file: string, bytes: Buffer, offset: number) {
  const before = bytes.subarray(0, offset).toString('latin1');
  const lineStart = before.lastIndexOf('\n') + 1;
  const column = bytes.subarray(lineStart, offset).toString('utf8').length + 1;
  return { file, line: before.split('\n').length, column };
}

/** Where the first byte stands that does not belong to UTF-8. */
function firstBadByte(bytes: Buffer): number {
  // What decodes comes back byte for byte; the first difference is where U+FFFD was put in.
  const again = Buffer.from(bytes.toString('utf8'), 'utf8');
  const end = Math.min(bytes.length, again.length);
  for (let index = 0; index < end; index += 1) if (bytes[index] !== again[index]) return index;
  return end;
}

function decode(path: string, bytes: Buffer): string {
  if (bytes.length >= 2 && (bytes.readUInt16BE(0) === 0xfffe || bytes.readUInt16BE(0) === 0xfeff))
    throw unreadable(path, 'it is UTF-16', 'Save it as UTF-8.');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const offset = firstBadByte(bytes);
    const byte = (bytes[offset] ?? 0).toString(16).padStart(2, '0');
    throw new Failure(`it is not UTF-8: the byte 0x${byte} cannot stand here`, {
      code: 'usage',
      hint: 'Save the file as UTF-8.',
      place: placeOf(path, bytes, offset),
      cause,
    });
  }
}

async function readAtMost(file: FileHandle, path: string, limit: number): Promise<Buffer> {
  // One byte more than allowed is asked for: a size that is told beforehand is wrong for pipes and for /proc.
  const buffer = Buffer.alloc(limit + 1);
  let size = 0;
  for (let read = -1; read !== 0 && size <= limit; size += read) {
    read = (await file.read(buffer, size, limit + 1 - size)).bytesRead;
  }
  if (size > limit) throw unreadable(path, `it is larger than ${limit / 1024} KiB`, 'Is this the right file?');
  return buffer.subarray(0, size);
}

/** What a failed `open` or `read` of a file the user named is told as. */
export function readFailure(path: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  return unreadable(path, errnoWords(error), hints[codeOf(error)] ?? 'Check the path.', error);
}

/**
 * Reads a text file, a byte order mark at its beginning included.
 *
 * @param limit how many bytes it may hold
 * @throws {@link Failure} with the reason when it cannot be read, is larger, or is not UTF-8
 */
export async function readTextFile(path: string, { limit }: { limit: number }): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      return decode(path, await readAtMost(file, path, limit));
    } finally {
      await file.close();
    }
  } catch (error) {
    throw readFailure(path, error);
  }
}
