import { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { Failure, messageOf } from '../../core/failure.js';
import type { ImageFile } from '../../effects/image-file.js';
import { readGzipHeader, readGzipTrailer } from '../image/gzip.js';

const pieceBytes = 1024 * 1024;
const smallestMember = 18;

function damaged(path: string, why: string, cause?: unknown): Failure {
  return new Failure(`${path} is damaged: ${why}`, { code: 'verification', hint: 'Fetch the image again.', cause });
}

/** Reads a file from one place on, limited to what belongs to the image. */
function partOf(file: ImageFile, start: number) {
  return {
    size: file.size,
    read: (offset: number, length: number) => file.read(start + offset, length),
  };
}

/**
 * Unpacks gzip, every member of it, exactly up to `end`: what stands behind that is somebody else's. `createGunzip`
 * does not do that: it takes OpenWrt's trailer for one more member.
 *
 * @param isChecked true when each member's CRC is to be checked; its length always is
 */
export async function* inflate(file: ImageFile, end: number, isChecked: boolean): AsyncGenerator<Buffer> {
  for (let at = 0; at < end;) {
    if (end - at < smallestMember) throw damaged(file.path, `${end - at} bytes stand behind its end`);
    const { headerBytes } = await readGzipHeader(partOf(file, at));
    const raw = createInflateRaw({ chunkSize: pieceBytes });
    const source = Readable.from(file.stream(at + headerBytes, end), { objectMode: false, highWaterMark: 0 });
    source.on('error', (error) => raw.destroy(error));
    let [crc, length] = [0, 0];
    try {
      for await (const piece of source.pipe(raw) as AsyncIterable<Buffer>) {
        if (isChecked) crc = crc32(piece, crc);
        length += piece.length;
        yield piece;
      }
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw damaged(file.path, messageOf(error), error);
    } finally {
      source.destroy();
    }
    const trailerAt = at + headerBytes + raw.bytesWritten;
    if (trailerAt + 8 > end) throw damaged(file.path, 'it ends too early');
    const trailer = await readGzipTrailer(file, trailerAt + 8);
    if (trailer.isize !== length % 2 ** 32) throw damaged(file.path, 'its length is not what it says');
    if (isChecked && trailer.crc32 !== crc) throw damaged(file.path, 'its checksum is wrong');
    at = trailerAt + 8;
  }
}
