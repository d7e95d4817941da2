import { describe, expect, it } from 'vitest';
import { moveBackup } from '../../../../src/flash/table/move-backup.js';
import { staleGptWrites } from '../../../../src/flash/table/stale-gpt.js';
import { apply, gptHead, mbrHead, openWrtGpt } from './tables.js';

const diskBytes = 64 * 2 ** 20;
const sectors = diskBytes / 512;
const image = mbrHead([{ type: 0x83, first: 2048, count: 2048 }]);

/** A disk that had a GPT, as it is before an image is written. */
function oldDisk(sectorSize = 512) {
  const head = gptHead({ lastUsable: 999, partitions: [], sectorSize });
  const writes = moveBackup(head, diskBytes, sectorSize);
  const tail = apply(Buffer.alloc(2 ** 20), writes, diskBytes - 2 ** 20);
  return { diskHead: head, diskTail: tail, diskBytes, sectorSize };
}

const places = (...args: Parameters<typeof staleGptWrites>) =>
  staleGptWrites(...args).map(({ offset, bytes }) => {
    expect(bytes.every((byte) => byte === 0)).toBe(true);
    return [offset / 512, bytes.length / 512];
  });

describe('the GPT that a disk had before', () => {
  it('is erased at both ends', () => {
    expect(places({ ...oldDisk(), imageHead: image, imageBytes: 2 ** 21 })).toEqual([
      [1, 33],
      [sectors - 33, 33],
    ]);
  });

  it('is erased on a disk with sectors of 4096 bytes', () => {
    expect(places({ ...oldDisk(4096), imageHead: image, imageBytes: 2 ** 21 })).toEqual([
      [8, 40],
      [sectors - 40, 40],
    ]);
  });

  it("leaves the image's boot loader alone, in front", () => {
    const imageHead = Buffer.from(image);
    imageHead[3 * 512 + 511] = 1;
    imageHead.fill(1, 10 * 512, 20 * 512);
    const writes = places({ ...oldDisk(), imageHead, imageBytes: 2 ** 21 });
    expect(writes.slice(0, -1)).toEqual([
      [1, 2],
      [4, 6],
      [20, 14],
    ]);
    imageHead.fill(1, 512, 34 * 512);
    expect(places({ ...oldDisk(), imageHead, imageBytes: 2 ** 21 })).toEqual([[sectors - 33, 33]]);
  });

  it("leaves the image's last sectors alone, at the end", () => {
    const facts = { ...oldDisk(), imageHead: image };
    const end = (imageBytes: number) => places({ ...facts, imageBytes }).slice(1);
    expect(end(diskBytes - 10 * 512)).toEqual([[sectors - 10, 10]]);
    expect(end(diskBytes - 10 * 512 + 1)).toEqual([[sectors - 9, 9]]);
    expect(end(diskBytes)).toEqual([]);
  });

  it('is erased where a tiny image leaves it', () => {
    expect(places({ ...oldDisk(), imageHead: image.subarray(0, 512), imageBytes: 512 })[0]).toEqual([1, 33]);
  });

  it('is not erased where none is', () => {
    const facts = { ...oldDisk(), imageHead: image, imageBytes: 2 ** 21 };
    expect(places({ ...facts, diskHead: image })).toEqual([[sectors - 33, 33]]);
    expect(places({ ...facts, diskTail: Buffer.alloc(2 ** 20) })).toEqual([[1, 33]]);
    expect(places({ ...facts, diskTail: Buffer.alloc(0) })).toEqual([[1, 33]]);
    expect(places({ ...facts, diskHead: Buffer.alloc(0), diskTail: Buffer.alloc(100) })).toEqual([]);
  });

  it('is left to the GPT of an image that has one', () => {
    expect(places({ ...oldDisk(), imageHead: openWrtGpt(), imageBytes: 2 ** 21 })).toEqual([]);
  });
});
