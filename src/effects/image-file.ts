import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Failure } from '../core/failure.js';
import { errnoWords } from './errno-words.js';

/** A regular file that is read here and there, or from one place to another. Offsets and lengths are bytes. */
export interface ImageFile {
  readonly path: string;
  readonly size: number;
  /** Fewer bytes than asked for only at the end. */
  read(offset: number, length: number): Promise<Buffer>;
  /** From `start` up to `end`, in pieces that are nobody else's. */
  stream(start: number, end: number): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

const pieceBytes = 256 * 1024;
const askForImage = 'Name an image: .img, .img.gz, .img.xz, .img.zst or .vdi.';

function unreadable(path: string, why: string, cause?: unknown): Failure {
  return new Failure(`${path} cannot be read: ${why}`, { code: 'usage', hint: askForImage, cause });
}

class OpenImageFile implements ImageFile {
  readonly path: string;
  readonly size: number;
  readonly #file: FileHandle;

  constructor(path: string, size: number, file: FileHandle) {
    this.path = path;
    this.size = size;
    this.#file = file;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.size - offset)));
    try {
      for (let done = 0; done < buffer.length;) {
        const { bytesRead } = await this.#file.read(buffer, done, buffer.length - done, offset + done);
        if (bytesRead === 0) return buffer.subarray(0, done);
        done += bytesRead;
      }
      return buffer;
    } catch (error) {
      throw unreadable(this.path, errnoWords(error, { EIO: 'the disk it is on reports an input/output error' }), error);
    }
  }

  async *stream(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; at += pieceBytes) {
      const piece = await this.read(at, Math.min(pieceBytes, end - at));
      if (piece.length > 0) yield piece;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/**
 * Opens an image for reading.
 *
 * @throws Failure when there is none, or it is no regular file
 */
export async function openImageFile(path: string): Promise<ImageFile> {
  let file: FileHandle | undefined;
  try {
    // Without O_NONBLOCK a FIFO would wait here for somebody who writes to it.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const facts = await file.stat();
    if (facts.isDirectory()) throw unreadable(path, 'it is a directory, not a file');
    if (!facts.isFile()) throw unreadable(path, 'it is no regular file');
    if (facts.size === 0) throw unreadable(path, 'it is empty');
    return new OpenImageFile(path, facts.size, file);
  } catch (error) {
    await file?.close();
    if (error instanceof Failure) throw error;
    throw unreadable(path, errnoWords(error), error);
  }
}
