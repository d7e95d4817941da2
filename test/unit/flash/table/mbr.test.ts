import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMbr, sameLayout } from '../../../../src/flash/table/mbr.js';
import { mbrHead, openWrtGpt } from './tables.js';

const boot = { type: 0x83, first: 512, count: 32_768, flag: 0x80 };
const root = { type: 0x83, first: 33_792, count: 212_992 };

describe('an MBR', () => {
  it('is read', () => {
    const mbr = parseMbr(mbrHead([boot, root]));
    expect(mbr).toMatchObject({ hasSignature: true, kind: 'plain', diskId: '5452574f', oddities: [] });
    expect(mbr.entries).toEqual([
      { number: 1, isBootable: true, type: 0x83, firstSector: 512, sectorCount: 32_768 },
      { number: 2, isBootable: false, type: 0x83, firstSector: 33_792, sectorCount: 212_992 },
      { number: 3, isBootable: false, type: 0, firstSector: 0, sectorCount: 0 },
      { number: 4, isBootable: false, type: 0, firstSector: 0, sectorCount: 0 },
    ]);
    expect(parseMbr(mbrHead([], 0x1f)).diskId).toBe('0000001f');
  });

  it('that protects a GPT is told from a plain and a hybrid one', () => {
    const protective = { type: 0xee, first: 1, count: 2 ** 32 - 1 };
    expect(parseMbr(mbrHead([protective])).kind).toBe('protective');
    expect(parseMbr(mbrHead([boot, protective])).kind).toBe('hybrid');
    expect(parseMbr(mbrHead([{ ...protective, first: 63 }]))).toMatchObject({
      kind: 'plain',
      oddities: ['entry 1 ends beyond what an MBR can describe', 'a protective entry starts elsewhere'],
    });
  });

  it.each([
    ['no signature', Buffer.alloc(512), 'the sector does not end in 55 AA'],
    ['too few bytes', mbrHead([boot]).subarray(0, 511), 'the sector does not end in 55 AA'],
    ['an overlap', mbrHead([boot, root, { ...root, first: 33_279, count: 1 }]), 'entries 1 and 3 overlap'],
    ['no size', mbrHead([boot, { ...root, count: 0 }]), 'entry 2 has a type and no size'],
    ['no type', mbrHead([{ ...boot, type: 0 }]), 'entry 1 has a size and no type'],
    ['a start at 0', mbrHead([{ ...boot, first: 0 }]), 'entry 1 starts at the table itself'],
    ['an end too far', mbrHead([{ ...root, count: 2 ** 32 - 1 }]), 'entry 1 ends beyond what an MBR can describe'],
    ['two boot flags', mbrHead([boot, { ...root, flag: 0x80 }]), 'more than one entry is bootable'],
    [
      'two extended entries',
      mbrHead([
        { ...boot, type: 5 },
        { ...root, type: 15 },
      ]),
      'there is more than one extended entry',
    ],
    [
      'a boot sector',
      mbrHead([{ ...boot, flag: 0x6f }]),
      'a boot flag is neither 00 nor 80: this may be the boot sector of a file system',
    ],
  ])('with %s is odd, and no error', (_, sector, oddity) => {
    expect(parseMbr(sector).oddities).toEqual([oddity]);
  });

  it('means nothing without its signature', () => {
    const unsigned = mbrHead([boot]);
    unsigned.writeUInt16BE(0, 510);
    expect(parseMbr(unsigned)).toMatchObject({ hasSignature: false, kind: 'none', entries: [] });
    expect(parseMbr(mbrHead([{ ...boot, flag: 0x6f }])).kind).toBe('none');
  });

  it('touching its neighbour overlaps nothing', () => {
    expect(parseMbr(mbrHead([boot, { ...root, first: 33_280 }])).oddities).toEqual([]);
  });

  it('of any bytes is read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.boolean(), (bytes, isSigned) => {
        const sector = Buffer.from(bytes);
        if (isSigned && sector.length >= 512) sector.writeUInt16BE(0x55aa, 510);
        const { entries, hasSignature } = parseMbr(sector);
        expect(entries).toHaveLength(hasSignature ? 4 : 0);
      }),
    );
  });
});

describe('the layouts of two disks', () => {
  it('are the same whatever the disk id, the boot code and the boot flag', () => {
    const other = mbrHead([{ ...boot, flag: 0 }, root], 1);
    other.fill(7, 0, 440);
    expect(sameLayout(mbrHead([boot, root]), other)).toBe(true);
  });

  it.each([
    ['another size', mbrHead([boot, { ...root, count: 1 }])],
    ['another start', mbrHead([boot, { ...root, first: 34_000 }])],
    ['another type', mbrHead([boot, { ...root, type: 0x0c }])],
    ['one more', mbrHead([boot, root, { type: 0x83, first: 300_000, count: 1 }])],
    ['one less', mbrHead([boot])],
    ['no table', Buffer.alloc(512)],
  ])('differ by %s', (_, other) => {
    expect(sameLayout(mbrHead([boot, root]), other)).toBe(false);
    expect(sameLayout(other, mbrHead([boot, root]))).toBe(false);
  });

  it('are not known from empty tables, nor from the MBR of a GPT', () => {
    expect(sameLayout(mbrHead([]), mbrHead([]))).toBe(false);
    expect(sameLayout(openWrtGpt(), openWrtGpt())).toBe(false);
  });
});
