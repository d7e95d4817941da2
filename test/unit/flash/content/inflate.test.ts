import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inflate } from '../../../../src/flash/content/inflate.js';
import { noise } from '../../../support/disk-image.js';
import { gather, imageBuffer } from '../../../support/image-buffer.js';

const content = Buffer.concat([noise(5000, 'one'), Buffer.alloc(20_000), noise(3000, 'two')]);
const packed = gzipSync(content);
const unpack = (bytes: Buffer, end = bytes.length, isChecked = true) =>
  gather(inflate(imageBuffer(bytes), end, isChecked));

describe('unpacking gzip', () => {
  it('gives the content', async () => {
    expect((await unpack(packed)).equals(content)).toBe(true);
  });

  it('gives the content of every member', async () => {
    const several = Buffer.concat([packed, gzipSync(Buffer.alloc(0)), gzipSync(noise(10, 'three'))]);
    expect((await unpack(several)).equals(Buffer.concat([content, noise(10, 'three')]))).toBe(true);
  });

  it('ends where it is told to, whatever stands behind', async () => {
    const bytes = Buffer.concat([packed, Buffer.from('FWx0 and more')]);
    expect((await unpack(bytes, packed.length)).equals(content)).toBe(true);
    await expect(unpack(bytes)).rejects.toMatchObject({ code: 'verification' });
  });

  it('says of every cut that it is one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: packed.length - 1 }), async (length) => {
        await expect(unpack(packed.subarray(0, length))).rejects.toMatchObject({ code: 'verification' });
      }),
      { numRuns: 40 },
    );
  });

  it('never takes a flipped bit behind the header for the image', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 10, max: packed.length - 1 }),
        fc.integer({ min: 0, max: 7 }),
        async (at, bit) => {
          const flipped = Buffer.from(packed);
          flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
          const got = await unpack(flipped).catch((error: unknown) => error);
          // A bit that only pads the last byte of the body changes nothing.
          if (Buffer.isBuffer(got)) expect(got.equals(content)).toBe(true);
          else expect(got).toMatchObject({ code: 'verification', hint: 'Fetch the image again.' });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('checks the length even when it is not told to check the rest', async () => {
    const wrong = Buffer.from(packed);
    wrong.writeUInt32LE(7, wrong.length - 4);
    await expect(unpack(wrong, wrong.length, false)).rejects.toThrow('its length is not what it says');
  });
});
