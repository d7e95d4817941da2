import { Failure } from '../../core/failure.js';
import { formatBytes } from '../../core/units.js';
import type { Disk } from '../../effects/disk.js';
import type { BlockPool } from './block-pool.js';
import type { Proof } from './proof.js';

/** The first byte in which two buffers differ, counted from 0; -1 when none does. */
function firstDifference(one: Buffer, other: Buffer): number {
  return one.findIndex((byte, index) => byte !== other[index]);
}

/** The bytes of an image from `offset` on; zeros behind its end. */
async function pieceOf(content: AsyncIterable<Buffer>, offset: number, length: number): Promise<Buffer> {
  const wanted = Buffer.alloc(length);
  let at = 0;
  for await (const piece of content) {
    if (at + piece.length > offset) {
      const from = Math.max(0, offset - at);
      piece.copy(wanted, Math.max(0, at - offset), from);
    }
    at += piece.length;
    if (at >= offset + length) break;
  }
  return wanted;
}

/** Reads the image again up to where the disk differs from it, to tell the very byte. */
export async function locateDifference(
  disk: Disk,
  { offset, length, bytes }: Proof,
  content: AsyncIterable<Buffer>,
  scratch: BlockPool,
): Promise<Failure> {
  const wanted = bytes ?? (await pieceOf(content, offset, length));
  const byte = await scratch.lend(async (buffer) => {
    const got = buffer.subarray(0, length);
    await disk.read(got, offset);
    return firstDifference(wanted, got);
  });
  const again = byte < 0 ? ', and reading it once more gave something else again' : '';
  const at = offset + Math.max(0, byte);
  return new Failure(
    `${disk.path} does not hold what was written to it: the first difference is at byte ${at} (${formatBytes(at)})${again}`,
    { code: 'verification', hint: 'The disk is broken, or smaller than it says: do not use it.' },
  );
}
