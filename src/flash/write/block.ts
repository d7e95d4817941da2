/** How an image is cut: what is read, compared, written and proven at once, in bytes. */
export const blockBytes = 1024 * 1024;

/** Within a block, this much is zero or is not: the pieces that are left out when a disk is zero there already. */
export const segmentBytes = 64 * 1024;

/** A piece of an image, in a buffer that begins at a page's boundary. */
export interface Block {
  /** Counted from 0. */
  index: number;
  /** Where it begins, in bytes. */
  offset: number;
  /** Its content, all of `blockBytes` but in an image's last block, which is filled up with zeros to whole sectors. */
  bytes: Buffer;
  /** Whether each segment is nothing but zeros. */
  isZero: readonly boolean[];
  /** SHA-256 of its bytes; undefined when all of them are zero. */
  sha256: Buffer | undefined;
}

/** A part of a block: where it begins in the block, and its length. */
export interface Run {
  start: number;
  length: number;
}

/** Neighbouring segments as one run each, those for which `isWanted` says yes. */
export function runsOf(block: Pick<Block, 'bytes'>, isWanted: (segment: number) => boolean): Run[] {
  const runs: Run[] = [];
  for (let start = 0; start < block.bytes.length; start += segmentBytes) {
    if (!isWanted(start / segmentBytes)) continue;
    const length = Math.min(segmentBytes, block.bytes.length - start);
    const last = runs.at(-1);
    if (last && last.start + last.length === start) last.length += length;
    else runs.push({ start, length });
  }
  return runs;
}
