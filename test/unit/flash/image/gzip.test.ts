import { crc32, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readGzipHeader, readGzipTrailer, sizeHint } from '../../../../src/flash/image/gzip.js';
import { memoryFile } from './memory-file.js';

interface Fields {
  extra?: Buffer;
  name?: string;
  comment?: string;
  hasCrc?: boolean;
  flags?: number;
}

/** A header with its fields in the order the format has them, and a body behind it. */
function header({ extra, name, comment, hasCrc = false, flags = 0 }: Fields): Buffer {
  const parts: Buffer[] = [Buffer.from([0x1f, 0x8b, 8, flags, 0x78, 0x56, 0x34, 0x12, 0, 3])];
  const set = (bit: number, ...bytes: Buffer[]) => {
    parts[0]!.writeUInt8(parts[0]!.readUInt8(3) | bit, 3);
    parts.push(...bytes);
  };
  if (extra) set(4, Buffer.from([extra.length & 255, extra.length >> 8]), extra);
  if (name !== undefined) set(8, Buffer.from(`${name}\0`, 'latin1'));
  if (comment !== undefined) set(16, Buffer.from(`${comment}\0`, 'latin1'));
  if (hasCrc) {
    set(2);
    const sum = Buffer.alloc(2);
    sum.writeUInt16LE(crc32(Buffer.concat(parts)) & 0xffff);
    parts.push(sum);
  }
  return Buffer.concat(parts);
}

const body = Buffer.from('body');
const read = (bytes: Buffer) => readGzipHeader(memoryFile(Buffer.concat([bytes, body])), 'x.gz');

describe('readGzipHeader', () => {
  it.each<[string, Fields, string | undefined]>([
    ['nothing more', {}, undefined],
    ['a name', { name: 'openwrt.img' }, 'openwrt.img'],
    ['every field', { extra: Buffer.alloc(300, 8), name: 'a', comment: 'b c', hasCrc: true }, 'a'],
    ['the longest extra field', { extra: Buffer.alloc(65535, 1), name: 'a' }, 'a'],
    ['a comment and a checksum', { comment: '', hasCrc: true }, undefined],
    ['the flag for text', { flags: 1 }, undefined],
    ['a name that is not for terminals', { name: 'a\u001b[31mb' }, 'ab'],
  ])('knows where the body begins behind a header with %s', async (_, fields, name) => {
    const bytes = header(fields);
    const wanted = { headerBytes: bytes.length, mtime: 0x12345678, ...(name !== undefined && { name }) };
    expect(await read(bytes)).toEqual(wanted);
  });

  it('reads ten bytes of the usual header', async () => {
    const file = memoryFile(gzipSync(Buffer.alloc(100_000, 'x')));
    expect(await readGzipHeader(file)).toEqual({ headerBytes: 10, mtime: 0 });
    expect(file.reads).toEqual([{ offset: 0, length: 10 }]);
  });

  it.each([
    ['no gzip header where one must be', Buffer.from('\x1f\x8c\x08\0\0\0\0\0\0\0', 'latin1')],
    ['it is packed by method 7, and only 8 exists', Buffer.from('\x1f\x8b\x07\0\0\0\0\0\0\0', 'latin1')],
    ['its header has flags that do not exist', header({ flags: 0x20 })],
    ['its header has flags that do not exist', header({ flags: 0x80 })],
    ['the name in its header has no end', header({ flags: 8 })],
    ['the name in its header has no end', header({ name: 'n'.repeat(4097) })],
    ['the comment in its header has no end', header({ flags: 16 })],
    ['it ends within its header', Buffer.concat([header({ flags: 4 }), Buffer.from([200, 0])])],
    ['the checksum of its header is wrong', header({ name: 'a', flags: 2 })],
  ])('refuses it: %s', async (why, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({
      message: `x.gz is no whole gzip file: ${why}`,
      code: 'verification',
    });
  });

  it('notices every turned bit of a header with a checksum', async () => {
    const whole = header({ extra: Buffer.from('ab'), name: 'name', hasCrc: true });
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const turned = Buffer.from(whole);
      turned.writeUInt8(whole.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      // The flag that says there is a checksum can only be missed by what follows: the checksum is read as the body.
      const isChecked = bit !== 3 * 8 + 1;
      if (isChecked) await expect(read(turned), `bit ${bit}`).rejects.toThrow('x.gz is no whole gzip file');
      else expect((await read(turned)).headerBytes).toBe(whole.length - 2);
    }
  });

  it('refuses every header that is cut off', async () => {
    const whole = header({ extra: Buffer.from('ab'), name: 'name', comment: 'c', hasCrc: true });
    for (let end = 0; end < whole.length; end += 1) {
      const cut = readGzipHeader(memoryFile(whole.subarray(0, end)), 'x.gz');
      await expect(cut, `${end} bytes`).rejects.toThrow('x.gz is no whole gzip file');
    }
  });
});

describe('readGzipTrailer', () => {
  it('reads the checksum and the length of what was packed', async () => {
    const content = Buffer.alloc(70_000, 'x');
    const packed = gzipSync(content);
    const file = memoryFile(Buffer.concat([packed, Buffer.from('something behind it')]));
    expect(await readGzipTrailer(file, packed.length)).toEqual({ crc32: crc32(content), isize: 70_000 });
  });

  it.each([0, 17, 1000])('refuses an end at %i', async (end) => {
    const read = readGzipTrailer(memoryFile(Buffer.alloc(100)), end, 'x.gz');
    await expect(read).rejects.toThrow('x.gz is no whole gzip file: it ends too early');
  });
});

describe('sizeHint', () => {
  const GiB = 1024 ** 3;
  it.each([
    ['a small file', 100_000, 20_000, 100_000, true],
    ['content that cannot be packed', 1_000_000, 1_000_323, 1_000_000, true],
    ['5 GiB in 4.5 GiB', 1 * GiB, 4.5 * GiB, 5 * GiB, false],
    ['much of nothing: 1 GiB, or 5', 1 * GiB, 8_000_000, 1 * GiB, false],
    ['packed zeros that leave no other choice', 1 * GiB, 4_000_000, 1 * GiB, true],
    ['nothing', 0, 20, 0, true],
    ['a byte behind a long header', 1, 5000, 1, true],
  ])('%s', (_, isize, packed, bytes, isOnlyOne) => {
    expect(sizeHint(isize, packed)).toEqual({ bytes, isOnlyOne });
  });

  it('agrees with what zlib makes of content that cannot be packed', () => {
    const noise = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * at * 2654435761) >>> 13));
    const packed = gzipSync(noise, { level: 0 });
    expect(sizeHint(noise.length, packed.length).bytes).toBe(noise.length);
  });
});
