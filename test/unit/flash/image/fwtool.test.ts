import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readTrailers } from '../../../../src/flash/image/fwtool.js';
import { appendTrailer, fourForms, sampleMetadata, type TrailerLies } from './fwtool-image.js';
import { memoryFile } from './memory-file.js';

const payload = gzipSync(Buffer.alloc(5000, 'content'));
const forms = fourForms(payload);
const read = (bytes: Buffer) => readTrailers(memoryFile(bytes), 'x.img.gz');

describe('readTrailers', () => {
  it('finds the end of the image in each of the four forms', async () => {
    expect(await read(forms.bare)).toEqual({ payloadEnd: payload.length });
    expect(await read(forms.metadata)).toEqual({ payloadEnd: payload.length, metadata: sampleMetadata });
    const signature = Buffer.from('untrusted comment: signed\nRWQ=\n');
    expect(await read(forms.signature)).toEqual({ payloadEnd: payload.length, signature });
    expect(await read(forms.both)).toEqual({ payloadEnd: payload.length, metadata: sampleMetadata, signature });
  });

  it('reads nothing but the last 16 bytes where there is no trailer', async () => {
    const file = memoryFile(Buffer.alloc(3_000_000, 7));
    await readTrailers(file);
    expect(file.reads).toEqual([{ offset: 3_000_000 - 16, length: 16 }]);
  });

  it('checks a large file once, in pieces of 1 MiB at most', async () => {
    const large = fourForms(Buffer.alloc(2_500_000, 7)).both;
    const file = memoryFile(large);
    expect((await readTrailers(file)).payloadEnd).toBe(2_500_000);
    expect(Math.max(...file.reads.map(({ length }) => length))).toBe(1 << 20);
    const all = file.reads.reduce((sum, { length }) => sum + length, 0);
    expect(all).toBeLessThan(large.length + 2000);
  });

  it.each([0, 1, 15])('takes a file of %i bytes for one without a trailer', async (size) => {
    expect(await read(Buffer.alloc(size))).toEqual({ payloadEnd: size });
  });

  it.each<[string, TrailerLies]>([
    ['it says to have 15 bytes', { size: 15 }],
    ['it says to have 33793 bytes', { size: 33 * 1024 + 1 }],
    ['it says to have 30000 bytes', { size: 30_000 }],
    ['it is of an unknown type', { type: 2 }],
    ['it is of an unknown type', { pad: 1 }],
    ['what it calls signature is something else', { type: 0 }],
  ])('refuses a trailer: %s', async (why, lies) => {
    const image = appendTrailer(payload, 'metadata', Buffer.from('{}'), lies);
    await expect(read(image)).rejects.toMatchObject({
      message: `the trailer of x.img.gz is damaged: ${why}`,
      code: 'verification',
      hint: 'Fetch the image again.',
    });
  });

  it('refuses a wrong checksum, in the inner trailer as well', async () => {
    const message = 'x.img.gz is damaged: the checksum in its trailer (metadata) is not that of its content';
    const wrong = appendTrailer(payload, 'metadata', Buffer.from('{}'), { crc: 1 });
    await expect(read(wrong)).rejects.toMatchObject({ message, code: 'verification' });
    await expect(read(appendTrailer(wrong, 'signature', Buffer.from('s')))).rejects.toMatchObject({ message });
  });

  it.each([
    ['it has more parts than metadata and one signature', appendTrailer(forms.both, 'signature', Buffer.from('s'))],
    ['it has more parts than metadata and one signature', appendTrailer(forms.metadata, 'metadata', Buffer.from('{}'))],
    [
      'it has more parts than metadata and one signature',
      appendTrailer(forms.signature, 'metadata', Buffer.from('{}')),
    ],
    [
      'it has more parts than metadata and one signature',
      appendTrailer(forms.signature, 'signature', Buffer.from('s')),
    ],
    ['its metadata is no JSON', appendTrailer(payload, 'metadata', Buffer.from('{'))],
    ['there is no image before it', appendTrailer(Buffer.alloc(0), 'metadata', Buffer.from('{}'))],
    ['1025 bytes of signature, and 1024 is the most', appendTrailer(payload, 'signature', Buffer.alloc(1025, 's'))],
    [
      '30721 bytes of metadata, and 30720 is the most',
      appendTrailer(payload, 'metadata', Buffer.from(JSON.stringify('x'.repeat(30 * 1024 - 1)))),
    ],
  ])('refuses %s', async (why, image) => {
    await expect(read(image)).rejects.toThrow(`the trailer of x.img.gz is damaged: ${why}`);
  });

  it('takes the largest parts there may be', async () => {
    const metadata = 'x'.repeat(30 * 1024 - 2);
    const image = appendTrailer(payload, 'metadata', Buffer.from(JSON.stringify(metadata)));
    expect(await read(appendTrailer(image, 'signature', Buffer.alloc(1024, 's')))).toMatchObject({ metadata });
  });

  // What is left behind the payload is refused by who unpacks it: a damaged magic cannot be told from no trailer.
  it('never takes the image to end where it does when any bit of it, or of a trailer, has turned', async () => {
    for (const whole of [forms.both, forms.signature]) {
      for (let bit = 0; bit < whole.length * 8; bit += 1) {
        const turned = Buffer.from(whole);
        turned.writeUInt8(whole.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        const found = await read(turned).catch(() => undefined);
        if (found?.payloadEnd === payload.length)
          expect.fail(`bit ${bit} of ${whole.length} bytes makes no difference`);
      }
    }
  });

  it('never takes a truncated trailer for a whole one', async () => {
    for (const whole of [forms.metadata, forms.signature, forms.both]) {
      for (let end = payload.length + 1; end < whole.length; end += 1) {
        const found = await read(whole.subarray(0, end)).catch(() => undefined);
        // The signature is cut off exactly: what is left is an image with its metadata.
        const isWholeAgain = whole === forms.both && end === forms.metadata.length;
        expect(found?.payloadEnd).toBe(isWholeAgain ? payload.length : end);
      }
    }
  });

  it('refuses a file that ends while it is read', async () => {
    const file = memoryFile(forms.metadata);
    const shrunk = {
      size: file.size,
      read: (offset: number, length: number) => file.read(offset, offset === 0 ? 5 : length),
    };
    await expect(readTrailers(shrunk)).rejects.toThrow('the file ended at byte 5 while it was read');
  });
});
