import type { Disk } from '../../effects/disk.js';
import { blockBytes } from './block.js';

const mebibyte = 1024 * 1024;

/** The first piece that a disk zeroes is small: a disk that does it slowly loses little time over it. */
const firstPiece = 16 * mebibyte;
const largestPiece = 4096 * mebibyte;
/** What starting a program may take. */
const startMs = 100;

/** Empties the first MiB: nothing boots from the disk any more, and nobody mounts it. */
export async function eraseFront(disk: Disk, zeros: Buffer): Promise<void> {
  if (disk.size === undefined) return;
  await disk.write(zeros.subarray(0, Math.min(blockBytes, disk.size)), 0);
  await disk.sync();
}

/**
 * Empties the first and the last MiB, so that neither partitions nor file systems of old are found.
 *
 * @param now milliseconds that never jump
 * @returns how fast the disk wrote, in bytes a millisecond
 */
export async function eraseEnds(disk: Disk, zeros: Buffer, now: () => number): Promise<number> {
  if (disk.size === undefined) return Infinity;
  const begun = now();
  await eraseFront(disk, zeros);
  const last = Math.max(0, Math.floor((disk.size - blockBytes) / disk.sectorSize) * disk.sectorSize);
  await disk.write(zeros.subarray(0, Math.min(blockBytes, disk.size - last)), last);
  await disk.sync();
  return (2 * blockBytes) / Math.max(1, now() - begun);
}

/**
 * Has the disk make itself zero from `from` up to `to`, as long as that is faster than writing: some disks write zeros
 * by themselves, no faster than they are told to.
 *
 * @param speed how fast the disk writes, in bytes a millisecond
 * @returns up to where it is zero for certain: `from` when the disk cannot
 */
export async function zeroQuickly(
  disk: Disk,
  from: number,
  to: number,
  speed: number,
  now: () => number,
): Promise<number> {
  let piece = firstPiece;
  for (let at = from; at < to;) {
    const length = Math.min(piece, to - at);
    const begun = now();
    if (!(await disk.zero(at, length))) return at;
    at += length;
    if (now() - begun > startMs + length / speed / 2) return at;
    piece = Math.min(largestPiece, piece * 4);
  }
  return to;
}
