import { describe, expect, it } from 'vitest';
import { planTable } from '../../../../src/flash/write/table-plan.js';
import { mbrImage } from '../../../support/disk-image.js';

const mebibyte = 1024 * 1024;

describe("an image's table on a disk", () => {
  it('stays as it is when it is an MBR', () => {
    const first = mbrImage(12).subarray(0, mebibyte);
    const plan = planTable(first, { size: 100 * mebibyte, sectorSize: 512 }, false);
    expect(plan.first.equals(first)).toBe(true);
    expect(plan).toMatchObject({ end: [], expansion: undefined });
  });

  it('has its last partition reach the end when asked to', () => {
    const first = mbrImage(12).subarray(0, mebibyte);
    const plan = planTable(first, { size: 100 * mebibyte, sectorSize: 512 }, true);
    expect(plan.expansion).toMatchObject({ partition: 2, firstSector: 8192, newSectorCount: 200 * 1024 - 8192 });
    expect(plan.first.readUInt32LE(446 + 16 + 12)).toBe(200 * 1024 - 8192);
    expect(plan.first.subarray(512).equals(first.subarray(512))).toBe(true);
  });

  it('is not for a disk with other sectors', () => {
    expect(() => planTable(mbrImage(12), { size: 100 * mebibyte, sectorSize: 4096 }, false)).toThrow(
      'the disk has sectors of 4096 bytes',
    );
  });
});
