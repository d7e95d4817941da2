import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/core/failure.js';
import { planExpansion } from '../../../../src/flash/table/expand.js';
import { locateGpt, parseGpt } from '../../../../src/flash/table/gpt.js';
import { moveBackup } from '../../../../src/flash/table/move-backup.js';
import { parseMbr } from '../../../../src/flash/table/mbr.js';
import { apply, gptHead, mbrHead, openWrtGpt } from './tables.js';

const mib = 2 ** 20;
const boot = { type: 0x83, first: 512, count: 32_768, flag: 0x80 };
const root = { type: 0x83, first: 33_792, count: 212_992 };

function expansionOf(head: Buffer, diskBytes: number, sectorSize = 512) {
  const plan = planExpansion(head, diskBytes, sectorSize);
  if ('reason' in plan) throw new Error(plan.reason);
  return plan;
}

describe('the last partition of an MBR', () => {
  it('grows to the end of the disk, and nothing else changes', () => {
    const head = mbrHead([boot, root]);
    head.fill(0x90, 0, 440);
    const plan = expansionOf(head, 256 * mib + 700 * 512);
    expect(plan).toMatchObject({ partition: 2, firstSector: 33_792, newSectorCount: 256 * 2048 - 33_792 });
    expect(plan.writes.map(({ offset, bytes }) => [offset, bytes.length])).toEqual([[0, 512]]);
    const after = apply(head, plan.writes);
    expect(parseMbr(after).entries[1]).toMatchObject({ firstSector: 33_792, sectorCount: 256 * 2048 - 33_792 });
    after.writeUInt32LE(212_992, 446 + 16 + 12);
    expect(after.equals(head)).toBe(true);
  });

  it('is the last on the disk, not in the table', () => {
    expect(expansionOf(mbrHead([root, boot]), 256 * mib).partition).toBe(1);
  });

  it('grows to 2 TiB and no further', () => {
    expect(expansionOf(mbrHead([boot, root]), 8 * 2 ** 40).newSectorCount).toBe(2 ** 32 - 33_792);
  });
});

describe('the last partition of a GPT', () => {
  it('grows to the backup, which moves to the end of the disk', () => {
    const plan = expansionOf(openWrtGpt(), 256 * mib);
    expect(plan).toMatchObject({ partition: 2, firstSector: 33_280, newSectorCount: 255 * 2048 - 33_280 });
    expect(plan.writes.map(({ what }) => what)).toEqual([
      'the backup GPT entries',
      'the backup GPT header',
      'the GPT entries',
      'the GPT header',
      'the size in the protective MBR',
    ]);
    const after = apply(openWrtGpt(), plan.writes.slice(2));
    const before = locateGpt(openWrtGpt(), 512)!.gpt;
    const gpt = locateGpt(after, 512)!.gpt;
    expect(gpt.entries).toEqual([
      before.entries[0],
      { ...before.entries[1], lastSector: 255 * 2048 - 1 },
      before.entries[2],
    ]);
    expect(parseGpt(plan.writes[1]!.bytes, plan.writes[0]!.bytes).entries).toEqual(gpt.entries);
    expect(moveBackup(after, 256 * mib, 512)).toEqual([]);
  });

  it('grows on a disk where the backup was moved before', () => {
    const moved = apply(openWrtGpt(), moveBackup(openWrtGpt(), 256 * mib, 512).slice(2));
    const plan = expansionOf(moved, 256 * mib);
    expect(plan.newSectorCount).toBe(255 * 2048 - 33_280);
    expect(plan.writes.map(({ what }) => what)).not.toContain('the size in the protective MBR');
  });

  it('grows beyond 2 TiB, and with sectors of 4096 bytes', () => {
    expect(expansionOf(openWrtGpt(), 8 * 2 ** 40).newSectorCount).toBe(8 * 2 ** 31 - 2048 - 33_280);
    const head = gptHead({ sectorSize: 4096, lastUsable: 9999, partitions: [{ number: 1, first: 256, last: 999 }] });
    expect(expansionOf(head, 256 * mib, 4096).newSectorCount).toBe(255 * 256 - 256);
  });
});

describe('the last partition is left as it is', () => {
  const large = 256 * mib;
  const twice = [
    { number: 1, first: 100, last: 200 },
    { number: 2, first: 200, last: 300 },
  ];
  const efi = [{ number: 1, first: 100, last: 200, type: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b' }];
  it.each([
    ['there is no partition', mbrHead([]), large],
    ['there is no partition', Buffer.alloc(512), large],
    ['there is no partition', gptHead({ lastUsable: 999, partitions: [] }), large],
    ['the last partition on the disk, number 2, is not one for Linux', mbrHead([boot, { ...root, type: 0x0c }]), large],
    [
      'the last partition on the disk, number 1, is not one for Linux',
      gptHead({ lastUsable: 999, partitions: efi }),
      large,
    ],
    ['there is an extended partition', mbrHead([{ ...boot, type: 5 }, root]), large],
    ['the partition table is unusual: entries 1 and 2 overlap', mbrHead([boot, { ...root, first: 600 }]), large],
    [
      'the partition table is unusual: partitions 1 and 2 overlap',
      gptHead({ lastUsable: 999, partitions: twice }),
      large,
    ],
    ['partition 2 ends beyond the disk', mbrHead([boot, root]), (33_792 + 212_992) * 512 - 1],
    ['partition 2 ends beyond the disk', openWrtGpt(), (246_272 + 32) * 512],
    ['partition 2 ends where the disk does', mbrHead([boot, root]), (33_792 + 212_992) * 512],
    ['partition 2 ends where the disk does', openWrtGpt(), (246_272 + 33) * 512],
    ['partition 2 ends where the disk does', expanded(mbrHead([boot, root]), large), large],
    ['partition 2 ends where the disk does', expanded(openWrtGpt(), large), large],
  ])('because %s', (reason, head, diskBytes) => {
    expect(planExpansion(head, diskBytes, 512)).toEqual({ reason });
  });

  function expanded(head: Buffer, diskBytes: number): Buffer {
    return apply(
      head,
      expansionOf(head, diskBytes).writes.filter(({ offset }) => offset < head.length),
    );
  }
});

describe('any table', () => {
  it('is expanded within the disk, left as it is, or refused by a failure', () => {
    const entry = fc.record({
      type: fc.constantFrom(0, 5, 0x0c, 0x83, 0x83, 0x83, 0xee),
      first: fc.oneof(fc.nat({ max: 5000 }), fc.nat({ max: 2 ** 31 - 1 })),
      count: fc.oneof(fc.nat({ max: 5000 }), fc.nat({ max: 2 ** 31 - 1 })),
    });
    const disk = fc.oneof(fc.nat({ max: 2 ** 26 }), fc.nat({ max: 2 ** 43 }));
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 4 }), disk, fc.constantFrom(512, 4096), (entries, bytes, size) => {
        try {
          const plan = planExpansion(mbrHead(entries), bytes, size);
          if ('reason' in plan) return;
          const end = (plan.firstSector + plan.newSectorCount) * size;
          expect(end).toBeLessThanOrEqual(bytes);
          expect(end % mib).toBe(0);
          expect(plan.newSectorCount).toBeGreaterThan(entries[plan.partition - 1]!.count);
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
        }
      }),
      { numRuns: 500 },
    );
  });
});
