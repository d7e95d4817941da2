import { createHash, type Hash } from 'node:crypto';
import { Failure } from '../../core/failure.js';
import type { Bmap, BmapRange } from './bmap.js';

interface OpenRange {
  range: BmapRange;
  /** Bytes of the image, the end excluded. */
  start: number;
  end: number;
  hash: Hash;
}

/**
 * Compares an image with its block map while it flows by. Blocks in no range are not looked at, and a range without a
 * checksum passes: only its place is known.
 */
export class BmapCheck {
  readonly #map: Bmap;
  #at = 0;
  #next = 0;
  #open: OpenRange | undefined;

  constructor(map: Bmap) {
    this.#map = map;
    this.#openNext();
  }

  #openNext(): void {
    const { mapped, blockSize, imageSize, algorithm } = this.#map;
    const range = mapped[this.#next];
    this.#next += 1;
    this.#open = range && {
      range,
      start: range.first * blockSize,
      end: Math.min((range.last + 1) * blockSize, imageSize),
      hash: createHash(algorithm),
    };
  }

  /**
   * Takes the next bytes of the image, in order and without gaps; they may be written over afterwards.
   *
   * @throws Failure (verification) at the first range that is not as the map says, or when the image goes on behind its end
   */
  push(chunk: Buffer): void {
    const end = this.#at + chunk.length;
    if (end > this.#map.imageSize) throw this.#wrongSize(`has more than ${this.#map.imageSize} bytes`);
    while (this.#open !== undefined && this.#open.start < end) {
      const { start, end: rangeEnd, hash, range } = this.#open;
      hash.update(chunk.subarray(Math.max(0, start - this.#at), Math.min(chunk.length, rangeEnd - this.#at)));
      if (rangeEnd > end) break;
      this.#verify(range, start, rangeEnd, hash);
      this.#openNext();
    }
    this.#at = end;
  }

  /**
   * To be called when the image has ended.
   *
   * @throws Failure (verification) when it was shorter than the map says
   */
  end(): void {
    if (this.#at < this.#map.imageSize) throw this.#wrongSize(`ends after ${this.#at} of ${this.#map.imageSize} bytes`);
  }

  #verify({ first, last, digest }: BmapRange, start: number, end: number, hash: Hash): void {
    if (digest === undefined || hash.digest('hex') === digest) return;
    throw new Failure(
      `the image is not that of its block map: blocks ${first} to ${last} (bytes ${start} to ${end - 1}) differ`,
      { code: 'verification', hint: 'Fetch the image and its .bmap file again, both of the same release.' },
    );
  }

  #wrongSize(what: string): Failure {
    return new Failure(`the image is not that of its block map: it ${what}`, {
      code: 'verification',
      hint: 'Fetch the image and its .bmap file again, both of the same release.',
    });
  }
}
