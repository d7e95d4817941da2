import { createHash } from 'node:crypto';
import { blockBytes, segmentBytes, type Block } from './block.js';
import type { BlockPool } from './block-pool.js';

const zeros = Buffer.alloc(segmentBytes);

/** Where the zeros are. */
function zeroSegments(bytes: Buffer): boolean[] {
  const found: boolean[] = [];
  for (let start = 0; start < bytes.length; start += segmentBytes) {
    const end = Math.min(bytes.length, start + segmentBytes);
    found.push(bytes.compare(zeros, 0, end - start, start, end) === 0);
  }
  return found;
}

/** A block of an image. */
export function blockOf(index: number, bytes: Buffer): Block {
  const isZero = zeroSegments(bytes);
  const sha256 = isZero.every(Boolean) ? undefined : createHash('sha256').update(bytes).digest();
  return { index, offset: index * blockBytes, bytes, isZero, sha256 };
}

/**
 * Cuts an image's content into blocks. A block's buffer comes from the pool; whoever has done with the block gives it
 * back.
 *
 * @param content the image from its beginning to its end, in pieces of any size
 * @param sectorBytes the last block is filled up with zeros to a multiple of this
 */
export async function* blocksOf(
  content: AsyncIterable<Buffer>,
  pool: BlockPool,
  sectorBytes: number,
): AsyncGenerator<Block> {
  let index = 0;
  let buffer: Buffer | undefined;
  let filled = 0;
  const cut = (whole: Buffer, length: number): Block => {
    const bytes = whole.subarray(0, length);
    buffer = undefined;
    filled = 0;
    index += 1;
    return blockOf(index - 1, bytes);
  };
  for await (const piece of content) {
    for (let taken = 0; taken < piece.length;) {
      buffer ??= await pool.take();
      const count = piece.copy(buffer, filled, taken, taken + blockBytes - filled);
      taken += count;
      filled += count;
      if (filled === blockBytes) yield cut(buffer, blockBytes);
    }
  }
  if (buffer && filled > 0) {
    const length = Math.ceil(filled / sectorBytes) * sectorBytes;
    buffer.fill(0, filled, length);
    yield cut(buffer, length);
  }
}
