import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/core/failure.js';
import { locateGpt, parseGpt } from '../../../../src/flash/table/gpt.js';
import { moveBackup } from '../../../../src/flash/table/move-backup.js';
import type { TableWrite } from '../../../../src/flash/table/table-write.js';
import { apply, gptHead, mbrHead, openWrtGpt, sealGpt } from './tables.js';

const diskBytes = 256 * 2 ** 20;
const lastSector = diskBytes / 512 - 1;
const tailStart = diskBytes - 2 ** 20;

// Comparing thousands of numbers one by one takes seconds.
function shown(writes: readonly (TableWrite | undefined)[]): string[] {
  return writes.map(
    (write) => `${write?.what ?? ''} at ${write?.offset ?? ''}: ${write?.bytes.toString('base64') ?? ''}`,
  );
}

describe('the second copy of a GPT', () => {
  it('moves to the end of the disk, and is written first', () => {
    const writes = moveBackup(openWrtGpt(), diskBytes, 512);
    expect(writes.map(({ offset, bytes, what }) => [offset, bytes.length, what])).toEqual([
      [(lastSector - 32) * 512, 16_384, 'the backup GPT entries'],
      [lastSector * 512, 512, 'the backup GPT header'],
      [512, 512, 'the GPT header'],
      [0, 512, 'the size in the protective MBR'],
    ]);
  });

  it('is the same table, and the first one points at it', () => {
    const head = openWrtGpt();
    const writes = moveBackup(head, diskBytes, 512);
    const before = locateGpt(head, 512)!.gpt;
    const moved = locateGpt(apply(head, writes.slice(2)), 512)!.gpt;
    expect(moved).toEqual({ ...before, alternateSector: lastSector, lastUsable: lastSector - 33 });
    expect(parseGpt(writes[1]!.bytes, writes[0]!.bytes)).toEqual({
      ...moved,
      currentSector: lastSector,
      alternateSector: 1,
      entriesSector: lastSector - 32,
    });
  });

  it("leaves everything else in the first sectors as it is, but the protective MBR's size", () => {
    const head = openWrtGpt();
    head.fill(0x90, 0, 440);
    head.fill(0x91, 512 + 92, 1024);
    const moved = apply(head, moveBackup(head, diskBytes, 512).slice(2));
    expect(moved.readUInt32LE(458)).toBe(lastSector);
    moved.writeUInt32LE(head.readUInt32LE(458), 458);
    head.copy(moved, 512 + 16, 512 + 16, 512 + 56);
    expect(moved.equals(head)).toBe(true);
  });

  it('keeps to the limit of 32 bits in the protective MBR of a large disk', () => {
    const writes = moveBackup(openWrtGpt(), 4 * 2 ** 40, 512);
    expect(writes.at(-1)!.bytes.readUInt32LE(458)).toBe(2 ** 32 - 1);
  });

  it('leaves a hybrid MBR alone, unless its protective entry covers the disk', () => {
    const partitions = [{ number: 1, first: 512, last: 999 }];
    const hybrid = (count: number) => {
      const protective = [
        { type: 0xee, first: 1, count },
        { type: 0x83, first: 512, count: 488, flag: 0x80 },
      ];
      return moveBackup(gptHead({ lastUsable: 999, partitions, protective }), diskBytes, 512).map(({ what }) => what);
    };
    expect(hybrid(511)).not.toContain('the size in the protective MBR');
    expect(hybrid(1032)).toContain('the size in the protective MBR');
  });

  it('is nothing to do for an MBR', () => {
    expect(moveBackup(mbrHead([{ type: 0x83, first: 2048, count: 2048 }]), diskBytes, 512)).toEqual([]);
  });

  it('is nothing to do for a table that is right', () => {
    const head = openWrtGpt();
    const moved = apply(head, moveBackup(head, diskBytes, 512).slice(2));
    expect(moveBackup(moved, diskBytes, 512)).toEqual([]);
  });

  it('is looked at where the end of the disk is known', () => {
    const head = openWrtGpt();
    const writes = moveBackup(head, diskBytes, 512, Buffer.alloc(2 ** 20));
    expect(shown(writes)).toEqual(shown(moveBackup(head, diskBytes, 512)));
    const moved = apply(head, writes.slice(2));
    const tail = apply(Buffer.alloc(2 ** 20), writes, tailStart);
    expect(moveBackup(moved, diskBytes, 512, tail)).toEqual([]);
    tail.fill(1, tail.length - 512, tail.length - 511);
    expect(shown(moveBackup(moved, diskBytes, 512, tail))).toEqual(shown([writes[1]]));
    expect(shown(moveBackup(moved, diskBytes, 512, Buffer.alloc(512)))).toEqual(shown(writes.slice(0, 2)));
  });

  it('that is missing from an image of just the right size is written once the end is known', () => {
    const bytes = (246_304 + 1) * 512;
    expect(moveBackup(openWrtGpt(), bytes, 512)).toEqual([]);
    expect(moveBackup(openWrtGpt(), bytes, 512, Buffer.alloc(2 ** 20)).map(({ what }) => what)).toEqual([
      'the backup GPT entries',
      'the backup GPT header',
    ]);
  });

  it('needs room behind the last partition', () => {
    const bytes = (246_271 + 1 + 33) * 512;
    expect(moveBackup(openWrtGpt(), bytes, 512)).toEqual([]);
    expect(() => moveBackup(openWrtGpt(), bytes - 512, 512)).toThrow(Failure);
    expect(() => moveBackup(openWrtGpt(), bytes - 2 ** 20, 512)).toThrow(
      "the image's partitions and its table need 1.00 MiB more than the disk's 119.3 MiB",
    );
    expect(() => moveBackup(openWrtGpt(), 0, 512)).toThrow('need 120.3 MiB more');
  });

  it('keeps all GUIDs and names, whatever the table and the disk, and is moved once', () => {
    const table = fc.record({
      sectorSize: fc.constantFrom(512, 4096),
      entryCount: fc.integer({ min: 4, max: 200 }),
      entrySize: fc.constantFrom(128, 256),
      entriesSector: fc.integer({ min: 2, max: 3 }),
      ends: fc.uniqueArray(fc.integer({ min: 300, max: 5000 }), { maxLength: 4 }),
      extra: fc.integer({ min: 1, max: 2 ** 33 }),
    });
    fc.assert(
      fc.property(table, ({ ends, extra, ...shape }) => {
        const sorted = ends.sort((one, other) => one - other);
        const partitions = sorted.map((last, index) => ({
          number: index + 1,
          first: (sorted[index - 1] ?? 200) + 1,
          last,
          name: `part ${index}`,
        }));
        const head = gptHead({ ...shape, partitions, lastUsable: 5000 });
        const bytes = (5000 + 300 + extra) * shape.sectorSize;
        const writes = moveBackup(head, bytes, shape.sectorSize);
        const moved = apply(
          head,
          writes.filter(({ offset }) => offset < head.length),
        );
        const [before, after] = [head, moved].map((one) => locateGpt(one, shape.sectorSize)!.gpt);
        expect(after!.entries).toEqual(before!.entries);
        expect(after!.diskGuid).toBe(before!.diskGuid);
        expect(after!.alternateSector).toBe(bytes / shape.sectorSize - 1);
        expect(moveBackup(moved, bytes, shape.sectorSize)).toEqual([]);
        for (const write of writes) {
          expect(write.offset % shape.sectorSize).toBe(0);
          expect(write.bytes.length % shape.sectorSize).toBe(0);
          expect(write.offset + write.bytes.length).toBeLessThanOrEqual(bytes);
        }
      }),
    );
  });

  it('is not moved for a table that is damaged', () => {
    const head = openWrtGpt();
    head.writeBigUInt64LE(2n ** 63n, 1024 + 40);
    sealGpt(head);
    expect(() => moveBackup(head, diskBytes, 512)).toThrow('the end of partition 1 is sector 9223372036854775808');
  });
});
