import type { ImageFile } from '../../effects/image-file.js';
import type { ImageContent } from '../write/disk-flash.js';

/** A piece of an image that is another one now. Offsets and lengths are bytes. */
export interface Replacement {
  offset: number;
  file: ImageFile;
}

/** The same image, with one piece of it taken from a file. */
export function withReplacement({ size, read }: ImageContent, { offset, file }: Replacement): ImageContent {
  const end = offset + file.size;
  return {
    size,
    async *read(signal) {
      let at = 0;
      for await (const piece of read(signal)) {
        const start = at;
        at += piece.length;
        if (at <= offset || start >= end) {
          yield piece;
          continue;
        }
        const from = Math.max(start, offset);
        const to = Math.min(at, end);
        const own = await file.read(from - offset, to - from);
        yield Buffer.concat([piece.subarray(0, from - start), own, piece.subarray(to - start)]);
      }
    },
  };
}
