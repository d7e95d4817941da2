import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/core/failure.js';
import { BmapCheck } from '../../../../src/flash/image/bmap-check.js';
import { parseBmap, type Bmap } from '../../../../src/flash/image/bmap.js';

const blockSize = 4096;
// Nine blocks and a piece of a tenth.
const image = Buffer.alloc(9 * blockSize + 100);
for (let at = 0; at < image.length; at += 1) image[at] = (at * 31) >> 7;

function digestOf(first: number, last: number, algorithm = 'sha256'): string {
  return createHash(algorithm)
    .update(image.subarray(first * blockSize, (last + 1) * blockSize))
    .digest('hex');
}

/** Puts the checksum of the whole text where its zeros are. */
function sealed(text: string, algorithm = 'sha256'): string {
  const digest = createHash(algorithm).update(text).digest('hex');
  return text.replace(/ 0{40,128} /, ` ${digest} `);
}

interface Parts {
  version?: string;
  imageSize?: string;
  blocks?: string;
  mapped?: string;
  type?: string;
  ranges?: string;
  rest?: string;
}

const ranges = `<Range chksum="${digestOf(1, 2)}"> 1-2 </Range>
        <Range chksum="${digestOf(4, 4)}"> 4 </Range>
        <Range chksum="${digestOf(8, 9)}"> 8-9 </Range>`;

function text({ version = '2.0', imageSize = '36964', blocks = '10', mapped = '5', ...more }: Parts = {}): string {
  return `<?xml version="1.0" ?>
<!-- A comment, with <ImageSize> 5 </ImageSize> in it. -->
<bmap version="${version}">
    <ImageSize> ${imageSize} </ImageSize>
    <BlockSize> 4096 </BlockSize>
    <BlocksCount> ${blocks} </BlocksCount>
    <MappedBlocksCount> ${mapped}   </MappedBlocksCount>
    <ChecksumType> ${more.type ?? 'sha256'} </ChecksumType>
    <BmapFileChecksum> ${'0'.repeat(64)} </BmapFileChecksum>
    <BlockMap>
        ${more.ranges ?? ranges}
    </BlockMap>${more.rest ?? ''}
</bmap>
`;
}

const wanted: Bmap = {
  version: '2.0',
  imageSize: 36964,
  blockSize,
  algorithm: 'sha256',
  mapped: [
    { first: 1, last: 2, digest: digestOf(1, 2) },
    { first: 4, last: 4, digest: digestOf(4, 4) },
    { first: 8, last: 9, digest: digestOf(8, 9) },
  ],
};

describe('parseBmap', () => {
  it('reads version 2.0, and 1.4, which is the same', () => {
    expect(parseBmap(sealed(text()))).toEqual(wanted);
    expect(parseBmap(sealed(text({ version: '1.4' })))).toEqual({ ...wanted, version: '1.4' });
  });

  it('reads version 1.3, which had SHA-1 only', () => {
    const old = text({ version: '1.3', ranges: `<Range sha1="${digestOf(1, 2, 'sha1')}"> 1-2 </Range>`, mapped: '2' })
      .replaceAll('BmapFileChecksum', 'BmapFileSHA1')
      .replace(/.*ChecksumType.*\n/, '')
      .replace('0'.repeat(64), '0'.repeat(40));
    expect(parseBmap(sealed(old, 'sha1'))).toEqual({
      ...wanted,
      version: '1.3',
      algorithm: 'sha1',
      mapped: [{ first: 1, last: 2, digest: digestOf(1, 2, 'sha1') }],
    });
  });

  it('reads a map without checksums of its ranges, with the line ends of Windows, and letters outside of ASCII', () => {
    const plain = text({ ranges: '<Range> 1 - 2 </Range>', mapped: '2', rest: '<!-- é😀 -->' }).replaceAll(
      '\n',
      '\r\n',
    );
    expect(parseBmap(sealed(plain)).mapped).toEqual([{ first: 1, last: 2 }]);
  });

  it.each<[string, Parts]>([
    ['it is of version "1.2", and 1.3 to 2.0 can be read', { version: '1.2' }],
    ['it is of version "3.0", and 1.3 to 2.0 can be read', { version: '3.0' }],
    ['its checksums are of an unknown type, "crc32"', { type: 'crc32' }],
    ['its image or its blocks have no size', { imageSize: '0', blocks: '0' }],
    ['its ImageSize is no number', { imageSize: '-1' }],
    ['its ImageSize is no number', { imageSize: '9999999999999999' }],
    ['its count of blocks does not fit the size of the image', { blocks: '11' }],
    ['its count of mapped blocks is not that of its ranges', { mapped: '4' }],
    ['it has more than one BlockSize', { rest: '<BlockSize>1</BlockSize>' }],
    ['its range is no number', { ranges: '<Range> 1-x </Range>' }],
    ['its ranges are not in order at 2-1', { ranges: '<Range> 2-1 </Range>' }],
    ['its ranges are not in order at 3-4', { ranges: '<Range> 1-3 </Range><Range> 3-4 </Range>' }],
    ['its ranges are not in order at 1-1', { ranges: '<Range> 4 </Range><Range> 1 </Range>' }],
    ['the range 9-10 is not within the image, which has 10 blocks', { ranges: '<Range> 9-10 </Range>' }],
    ['"ab" is no checksum (sha256)', { ranges: '<Range chksum="ab"> 1 </Range>' }],
  ])('refuses it: %s', (why, parts) => {
    expect(() => parseBmap(sealed(text(parts)))).toThrow(
      expect.objectContaining({ message: `the block map cannot be used: ${why}`, code: 'verification' }),
    );
  });

  it.each([
    ['it is some other XML', '<html/>'],
    ['it is no XML: ', 'no XML'],
    ['it is no XML: Unclosed start tag', '<bmap version="2.0"'],
    ['it is no XML: Maximum call stack', '<a>'.repeat(50_000)],
    ['it has no ChecksumType', '<bmap version="2.0"/>'],
  ])('refuses it: %s', (why, content) => {
    expect(() => parseBmap(content)).toThrow(`the block map cannot be used: ${why}`);
  });

  it('notices every change of a character, by its own checksum', () => {
    const whole = sealed(text());
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.constantFrom('0', '1', ' ', 'x', '<', ''), (at, instead) => {
        fc.pre(whole[at] !== instead);
        const changed = whole.slice(0, at) + instead + whole.slice(at + 1);
        let map: Bmap | undefined;
        try {
          map = parseBmap(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
        }
        expect(map).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });
});

describe('BmapCheck', () => {
  function feed(content: Buffer, sizes: readonly number[]): void {
    const check = new BmapCheck(wanted);
    let [at, turn] = [0, 0];
    // The same memory again and again, as the real reader has it.
    const memory = Buffer.alloc(Math.max(...sizes));
    while (at < content.length) {
      const size = Math.min(sizes[turn % sizes.length] ?? 1, content.length - at);
      content.copy(memory, 0, at, at + size);
      check.push(memory.subarray(0, size));
      memory.fill(0);
      [at, turn] = [at + size, turn + 1];
    }
    check.end();
  }

  it('takes the image in pieces of any size', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 4 }), (sizes) => {
        feed(image, sizes);
      }),
      { numRuns: 50 },
    );
  });

  it('notices a change of any byte in its ranges, and none of the others', () => {
    fc.assert(
      fc.property(fc.nat(image.length - 1), fc.integer({ min: 1000, max: 50_000 }), (at, size) => {
        const changed = Buffer.from(image);
        changed.writeUInt8(image.readUInt8(at) ^ 1, at);
        const block = Math.floor(at / blockSize);
        const range = wanted.mapped.find(({ first, last }) => block >= first && block <= last);
        if (range === undefined) feed(changed, [size]);
        else
          expect(() => {
            feed(changed, [size]);
          }).toThrow(`blocks ${range.first} to ${range.last} `);
      }),
    );
  });

  it('throws as soon as a range has ended, and names its place', () => {
    const check = new BmapCheck(wanted);
    check.push(Buffer.alloc(3 * blockSize - 1));
    expect(() => {
      check.push(Buffer.alloc(1));
    }).toThrow(
      expect.objectContaining({
        message: 'the image is not that of its block map: blocks 1 to 2 (bytes 4096 to 12287) differ',
        code: 'verification',
      }),
    );
  });

  it('names the bytes of a last block that is shorter', () => {
    const changed = Buffer.concat([image.subarray(0, -1), Buffer.from([0xff])]);
    expect(() => {
      feed(changed, [blockSize]);
    }).toThrow('blocks 8 to 9 (bytes 32768 to 36963) differ');
  });

  it('refuses an image that is shorter, or longer', () => {
    expect(() => {
      feed(image.subarray(0, -1), [5000]);
    }).toThrow('it ends after 36963 of 36964 bytes');
    expect(() => {
      feed(Buffer.concat([image, Buffer.alloc(1)]), [5000]);
    }).toThrow('it has more than 36964 bytes');
  });

  it('lets a range pass that has no checksum', () => {
    const check = new BmapCheck({ ...wanted, mapped: [{ first: 0, last: 9 }] });
    check.push(Buffer.alloc(image.length));
    expect(() => {
      check.end();
    }).not.toThrow();
  });
});
