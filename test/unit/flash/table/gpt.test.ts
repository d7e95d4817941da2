import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/core/failure.js';
import { locateGpt, parseGpt } from '../../../../src/flash/table/gpt.js';
import { gptHead, guidOf, linuxGuid, mbrHead, openWrtGpt, sealGpt } from './tables.js';

/** What is thrown when a table is changed, and its checksums set again. */
function failureOf(change: (head: Buffer) => void, sectorSize = 512): Failure {
  const head = openWrtGpt();
  change(head);
  try {
    locateGpt(head, sectorSize);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const sealed = (change: (header: Buffer) => void) => (head: Buffer) => {
  change(head.subarray(512, 1024));
  sealGpt(head);
};

describe('a GPT', () => {
  it('is found and read', () => {
    const gpt = locateGpt(openWrtGpt(), 512)?.gpt;
    expect(gpt).toMatchObject({
      headerSize: 92,
      currentSector: 1,
      alternateSector: 246_304,
      firstUsable: 34,
      lastUsable: 246_271,
      diskGuid: guidOf(0),
      entriesSector: 2,
      entryCount: 128,
      entrySize: 128,
      oddities: [],
    });
    expect(gpt?.entries.map(({ number }) => number)).toEqual([1, 2, 128]);
    expect(gpt?.entries[0]?.name).toBe('EFI System Partition');
    expect(gpt?.entries[1]).toEqual({
      number: 2,
      typeGuid: linuxGuid,
      guid: guidOf(2),
      firstSector: 33_280,
      lastSector: 246_271,
      name: '',
    });
  });

  it('with larger entries, elsewhere, and for sectors of 4096 bytes, is read', () => {
    const partitions = [{ number: 3, first: 100, last: 200, name: 'x'.repeat(36) }];
    const wanted = { partitions, lastUsable: 1000, entrySize: 512, entryCount: 20, entriesSector: 5 };
    expect(locateGpt(gptHead(wanted), 512)?.gpt.entries).toMatchObject([
      { number: 3, guid: guidOf(3), lastSector: 200 },
    ]);
    expect(locateGpt(gptHead({ ...wanted, sectorSize: 4096 }), 4096)?.gpt).toMatchObject({
      firstUsable: 8,
      entries: [{ number: 3, name: 'x'.repeat(36) }],
    });
  });

  it('is not in force without a protective MBR', () => {
    const head = openWrtGpt();
    mbrHead([{ type: 0x83, first: 512, count: 100 }]).copy(head, 0, 0, 512);
    expect(locateGpt(head, 512)).toBeUndefined();
    expect(locateGpt(Buffer.alloc(0), 512)).toBeUndefined();
  });

  it('for disks with other sectors is refused', () => {
    const failure = failureOf(() => undefined, 4096);
    expect(failure.code).toBe('refused');
    expect(failure.message).toBe(
      "the image's partition table is made for disks with sectors of 512 bytes, and this one has 4096",
    );
    const head = gptHead({ partitions: [], lastUsable: 100, sectorSize: 4096 });
    expect(() => locateGpt(head, 512)).toThrow('sectors of 4096 bytes, and this one has 512');
  });

  it.each([
    ['its header is missing', (head: Buffer) => head.fill(0, 512, 1024)],
    ["its header's checksum is wrong", (head: Buffer) => head.fill(1, 560, 561)],
    ["its entries' checksum is wrong", (head: Buffer) => head.fill(1, 1024 + 127 * 128 + 127, 1024 + 128 * 128)],
    ['its revision is 10001, not 10000', sealed((header) => header.writeUInt8(1, 8))],
    ['its header has 91 bytes', sealed((header) => header.writeUInt32LE(91, 12))],
    ['its header has 513 bytes', sealed((header) => header.writeUInt32LE(513, 12))],
    ['its header belongs to sector 7, not 1', sealed((header) => header.writeUInt8(7, 24))],
    ['its entries start at sector 1', sealed((header) => header.writeUInt8(1, 72))],
    ['its entries lie beyond the first 65536 bytes', sealed((header) => header.writeUInt8(97, 72))],
    ['an entry has 64 bytes', sealed((header) => header.writeUInt32LE(64, 84))],
    ['an entry has 192 bytes', sealed((header) => header.writeUInt32LE(192, 84))],
    ['an entry has 8192 bytes', sealed((header) => header.writeUInt32LE(8192, 84))],
    ['it has 0 entries', sealed((header) => header.writeUInt32LE(0, 80))],
    ['it has 1025 entries', sealed((header) => header.writeUInt32LE(1025, 80))],
    [
      'the backup is sector 18446744073709551615, beyond any disk',
      sealed((header) => header.writeBigUInt64LE(2n ** 64n - 1n, 32)),
    ],
  ])('is refused because %s', (message, change) => {
    const failure = failureOf(change);
    expect(failure.message).toBe(`the partition table (GPT) is damaged: ${message}`);
    expect(failure.code).toBe('verification');
  });

  it('is refused because its entries are cut off', () => {
    const located = locateGpt(openWrtGpt(), 512)!;
    expect(() => parseGpt(located.header, located.entries.subarray(1))).toThrow('its entries are cut off');
  });

  it('tells what is odd about its partitions', () => {
    const oddities = (...places: [first: number, last: number][]) =>
      locateGpt(
        gptHead({
          lastUsable: 999,
          partitions: places.map(([first, last], index) => ({ number: index + 1, first, last })),
        }),
        512,
      )?.gpt.oddities;
    expect(oddities([100, 199], [34, 99], [200, 999])).toEqual([]);
    expect(oddities([300, 400], [100, 300])).toEqual(['partitions 2 and 1 overlap']);
    expect(oddities([300, 299])).toEqual(['partition 1 ends before it starts']);
    expect(oddities([33, 99])).toEqual(['partition 1 lies outside of what the table calls usable']);
    expect(oddities([99, 1000])).toEqual(['partition 1 lies outside of what the table calls usable']);
  });

  it('of any bytes is read, or refused by a failure', () => {
    const byte = fc.tuple(fc.nat({ max: 91 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(
        fc.array(byte, { maxLength: 6 }),
        fc.boolean(),
        fc.constantFrom(512, 4096),
        (bytes, isSealed, size) => {
          const head = gptHead({
            lastUsable: 1000,
            sectorSize: size,
            partitions: [{ number: 1, first: 40, last: 99 }],
          });
          for (const [at, value] of bytes) head[size + at] = value;
          const entries = Number(head.readBigUInt64LE(size + 72));
          const isNear = entries * size < head.length && head.readUInt32LE(size + 80) < 2000;
          if (isSealed && isNear) sealGpt(head, size);
          try {
            locateGpt(head, size);
          } catch (error) {
            expect(error).toBeInstanceOf(Failure);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
