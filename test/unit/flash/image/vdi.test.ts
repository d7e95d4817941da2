import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/core/failure.js';
import { extentsOf, parseVdi } from '../../../../src/flash/image/vdi.js';
import { vdiHeader, vdiMap, type VdiFields } from './vdi-image.js';

const MiB = 1048576;
const fileBytes = 3 * MiB;
const free = 0xffffffff;
const layout = parseVdi(vdiHeader(), fileBytes);

describe('parseVdi', () => {
  it('says where a VDI keeps what', () => {
    expect(layout).toEqual({
      type: 'dynamic',
      diskBytes: 4.5 * MiB,
      blockBytes: MiB,
      blockCount: 5,
      allocatedBlocks: 2,
      mapOffset: 512,
      mapBytes: 20,
      dataOffset: MiB,
      fileBytes,
    });
    expect(parseVdi(vdiHeader({ type: 2, headerSize: 0x180 }), fileBytes).type).toBe('static');
  });

  it.each<[string, Partial<VdiFields>]>([
    ['its type is 5, and only 1 to 4 exist', { type: 5 }],
    ['its type is 0, and only 1 to 4 exist', { type: 0 }],
    ['its sectors are not of 512 bytes', { sectorBytes: 4096 }],
    ['its disk cannot have 0 bytes', { diskBytes: 0n }],
    ['its disk cannot have 1000 bytes', { diskBytes: 1000n }],
    ['its disk cannot have 18446744073709552000 bytes', { diskBytes: 2n ** 64n - 512n }],
    ['its blocks cannot have 0 bytes', { blockBytes: 0 }],
    ['its blocks cannot have 1048577 bytes', { blockBytes: MiB + 1 }],
    ['its blocks cannot have 2048 bytes', { blockBytes: 2048 }],
    ['its blocks cannot have 2147483648 bytes', { blockBytes: 2 ** 31 }],
    ['a disk of 4.50 MiB has 5 blocks, not 4', { blockCount: 4 }],
    ['a disk of 4.50 MiB has 5 blocks, not 4294967295', { blockCount: 2 ** 32 - 1 }],
    ['its block map stands in its header', { mapOffset: 0 }],
    ['its block map stands in its header', { mapOffset: 600 }],
    ['its block map stands in its header', { headerSize: 0 }],
    ['its block map stands in its header', { headerSize: 500 }],
    ['its block map is longer than the file', { mapOffset: 3 * MiB }],
    ['its block map is longer than the file', { diskBytes: 2n ** 49n, blockCount: 2 ** 29 }],
    ['its data stand in its block map', { dataOffset: 512 }],
    ['its data stand in its block map', { dataOffset: MiB + 1 }],
    ['6 of 5 blocks are in use', { allocated: 6 }],
  ])('refuses a damaged one: %s', (why, fields) => {
    expect(() => parseVdi(vdiHeader(fields), fileBytes)).toThrow(
      expect.objectContaining({ message: `the VDI is damaged: ${why}`, code: 'verification' }),
    );
  });

  it('refuses a block map that would fill the memory', () => {
    const huge = vdiHeader({ diskBytes: 2n ** 45n, blockCount: 2 ** 25, dataOffset: 2 ** 30 });
    expect(() => parseVdi(huge, 2 ** 46)).toThrow('its block map is longer than 64 MiB');
  });

  it.each<[string, Partial<VdiFields>]>([
    ['an undo image: it holds only what has changed', { type: 3 }],
    ['a differencing image: it holds only what has changed since a snapshot', { type: 4 }],
    ['a differencing image: it holds only what has changed since a snapshot', { parent: 7 }],
    ['a differencing image: it holds only what has changed since a snapshot', { link: 7 }],
    ['of version 0.1, and only 1.1 can be read', { version: 1 }],
    ['one with extra data in its blocks', { blockExtra: 512 }],
  ])('refuses one that does not stand alone, or is of another kind: %s', (what, fields) => {
    expect(() => parseVdi(vdiHeader(fields), fileBytes)).toThrow(
      expect.objectContaining({ message: `the VDI is ${what}`, code: 'usage' }),
    );
  });

  it('refuses one that is cut off, or is none', () => {
    expect(() => parseVdi(vdiHeader().subarray(0, 0x1c7), fileBytes)).toThrow('it ends within its header');
    expect(() => parseVdi(Buffer.alloc(512), fileBytes)).toThrow('its signature is missing');
  });

  it('takes or refuses any header, and what it takes fits the file', () => {
    const number = fc.oneof(fc.nat(), fc.constantFrom(0, 512, 1024, 4096, MiB, 5, 2 ** 32 - 1));
    fc.assert(
      fc.property(
        number,
        number,
        number,
        number,
        number,
        (mapOffset, dataOffset, blockBytes, blockCount, allocated) => {
          const diskBytes = BigInt(blockBytes) * BigInt(blockCount);
          const head = vdiHeader({ mapOffset, dataOffset, blockBytes, blockCount, allocated, diskBytes });
          try {
            const { mapBytes } = parseVdi(head, fileBytes);
            expect(mapOffset + mapBytes).toBeLessThanOrEqual(fileBytes);
          } catch (error) {
            expect(error).toBeInstanceOf(Failure);
          }
        },
      ),
    );
  });
});

describe('extentsOf', () => {
  it('says for each block where it is, or that it holds zeros', () => {
    expect(extentsOf(layout, vdiMap([1, free, 0xfffffffe, free, 0]))).toEqual([
      { logicalBlock: 0, fileOffset: 2 * MiB, length: MiB },
      { logicalBlock: 1, fileOffset: undefined, length: MiB },
      { logicalBlock: 2, fileOffset: undefined, length: MiB },
      { logicalBlock: 3, fileOffset: undefined, length: MiB },
      { logicalBlock: 4, fileOffset: MiB, length: MiB / 2 },
    ]);
  });

  it('lets a file end with the disk, in the middle of its last block', () => {
    const short = { ...layout, fileBytes: 2.5 * MiB };
    expect(extentsOf(short, vdiMap([0, free, free, free, 1]))[4]).toMatchObject({ fileOffset: 2 * MiB });
    expect(() => extentsOf(short, vdiMap([1, free, free, free, 0]))).toThrow(
      'the VDI is damaged: block 0 stands behind the end of the file',
    );
  });

  it('goes by the count of blocks in use as well as by the end of the file', () => {
    const long = { ...layout, fileBytes: 100 * MiB };
    expect(() => extentsOf(long, vdiMap([0, free, free, free, 2]))).toThrow(
      'block 4 stands behind the end of the file',
    );
  });

  it.each([
    ['block 4 stands behind the end of the file', [0, free, free, free, 2]],
    ['block 1 stands behind the end of the file', [0, 0xfffffffd, free, free, free]],
    ['block 3 stands where another one does', [0, free, free, 0, 1]],
    ['it ends within its block map', [0, free, free, 1]],
  ])('refuses it: %s', (why, map) => {
    expect(() => extentsOf(layout, vdiMap(map))).toThrow(
      expect.objectContaining({ message: `the VDI is damaged: ${why}`, code: 'verification' }),
    );
  });
});
