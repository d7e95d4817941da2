import type { ImageFile } from '../../src/effects/image-file.js';

/** An image file in memory. */
export function imageBuffer(bytes: Buffer, path = 'router.img.gz'): ImageFile {
  return {
    path,
    size: bytes.length,
    read: (offset, length) => Promise.resolve(Buffer.from(bytes.subarray(offset, offset + length))),
    // eslint-disable-next-line @typescript-eslint/require-await
    async *stream(start, end) {
      for (let at = start; at < end; at += 1000) yield Buffer.from(bytes.subarray(at, Math.min(end, at + 1000)));
    },
    close: () => Promise.resolve(),
  };
}

/** All that comes, as one. */
export async function gather(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of content) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
