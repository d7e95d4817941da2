import { describe, expect, it } from 'vitest';
import { eraseEnds, zeroQuickly } from '../../../../src/flash/write/erase.js';
import { MemoryDisk } from '../../../support/memory-disk.js';

const mebibyte = 1024 * 1024;

describe('emptying both ends', () => {
  it('touches nothing in between, and reaches the last byte of a disk of odd size', async () => {
    const disk = new MemoryDisk(Buffer.alloc(4 * mebibyte + 512, 9));
    const times = [0, 1000];
    expect(await eraseEnds(disk, Buffer.alloc(mebibyte), () => times.shift() ?? 0)).toBe((2 * mebibyte) / 1000);
    const isZero = (from: number, to: number) => disk.bytes.subarray(from, to).every((byte) => byte === 0);
    expect(isZero(0, mebibyte) && isZero(3 * mebibyte + 512, 4 * mebibyte + 512)).toBe(true);
    expect(disk.bytes.subarray(mebibyte, 3 * mebibyte + 512).every((byte) => byte === 9)).toBe(true);
  });

  it('does it all in a disk that is smaller than an end', async () => {
    const disk = new MemoryDisk(Buffer.alloc(4096, 9));
    await eraseEnds(disk, Buffer.alloc(mebibyte), () => 0);
    expect(disk.bytes.every((byte) => byte === 0)).toBe(true);
  });
});

describe('having the disk make zeros', () => {
  const disk = () => new MemoryDisk(Buffer.alloc(128 * mebibyte, 1));
  // Writes 40 MB/s.
  const speed = 40_000;

  it('goes to the end while it is faster than writing', async () => {
    let time = 0;
    expect(await zeroQuickly(disk(), mebibyte, 128 * mebibyte, speed, () => (time += 50))).toBe(128 * mebibyte);
  });

  it('stops after a first piece that took as long as writing it', async () => {
    let time = 0;
    const slow = disk();
    expect(await zeroQuickly(slow, mebibyte, 128 * mebibyte, speed, () => (time += 420))).toBe(17 * mebibyte);
    expect(slow.log).toEqual([`zero ${mebibyte}+${16 * mebibyte}`]);
  });

  it('counts on nothing where the disk cannot', async () => {
    const unable = disk();
    unable.canZero = false;
    expect(await zeroQuickly(unable, mebibyte, 128 * mebibyte, speed, () => 0)).toBe(mebibyte);
  });
});
