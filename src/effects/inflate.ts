import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Failure, messageOf } from '../core/failure.js';
import { codeOf } from './errno-words.js';
import { fileFailure } from './file-failure.js';
import { replaceFile } from './replace-file.js';

/** Unpacks a gzip file under a temporary name and renames it when it is whole. Returns the bytes written. */
export async function inflateFile(from: string, to: string, signal: AbortSignal): Promise<number> {
  try {
    await replaceFile(to, (part) =>
      pipeline(createReadStream(from), createGunzip({ chunkSize: 1 << 20 }), createWriteStream(part), { signal }),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (codeOf(error).startsWith('Z_')) {
      throw new Failure(`${from} is no whole gzip file: ${messageOf(error)}`, { code: 'verification', cause: error });
    }
    fileFailure(to)(error);
  }
  return (await stat(to)).size;
}
