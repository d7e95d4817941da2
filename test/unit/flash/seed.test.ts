import { describe, expect, it } from 'vitest';
import { bootPartition } from '../../../src/flash/seed/plant-seed.js';
import { withReplacement } from '../../../src/flash/seed/seeded.js';
import { mbrImage } from '../../support/disk-image.js';
import { gather } from '../../support/image-buffer.js';

function fileOf(bytes: Buffer) {
  return {
    path: 'part',
    size: bytes.length,
    read: (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length)),
    // eslint-disable-next-line @typescript-eslint/require-await
    async *stream() {
      yield bytes;
    },
    close: () => Promise.resolve(),
  };
}

describe('an image with a piece replaced', () => {
  const image = Buffer.from(Array.from({ length: 100 }, (_, index) => index));

  it.each([1, 7, 30, 100])('is the same but for the piece, in pieces of %i', async (piece) => {
    const content = {
      size: 100,
      // eslint-disable-next-line @typescript-eslint/require-await
      async *read() {
        for (let at = 0; at < 100; at += piece) yield image.subarray(at, at + piece);
      },
    };
    const replaced = withReplacement(content, { offset: 20, file: fileOf(Buffer.alloc(25, 255)) });
    const wanted = Buffer.from(image);
    wanted.fill(255, 20, 45);
    expect((await gather(replaced.read(new AbortController().signal))).equals(wanted)).toBe(true);
  });
});

describe('the partition that an image boots from', () => {
  it('is the first one', () => {
    expect(bootPartition(mbrImage(12))).toMatchObject({ number: 1, startByte: 1_048_576, byteLength: 2_097_152 });
  });

  it('is missed with words', () => {
    expect(() => bootPartition(Buffer.alloc(65_536))).toThrow('the image has no boot partition');
  });
});
