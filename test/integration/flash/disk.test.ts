import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { alignedBuffers } from '../../../src/effects/aligned-buffers.js';
import { openBlockDevice, openDiskFile, type Disk } from '../../../src/effects/disk.js';
import { localRunner } from '../../../src/effects/local-runner.js';
import { LoopDevice } from '../../support/loop-device.js';
import { describeWith, program, root } from '../../support/needs.js';

const mebibyte = 1024 * 1024;
const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

function loop(bytes: number, options?: readonly string[]): LoopDevice {
  const device = new LoopDevice(bytes, options);
  cleanups.push(() => {
    device.remove();
  });
  return device;
}

async function openLoop(device: LoopDevice): Promise<Disk> {
  const disk = await openBlockDevice(device.path, localRunner);
  cleanups.push(() => disk.close());
  return disk;
}

function buffer(size: number, byte: number): Buffer {
  const [one = Buffer.alloc(0)] = alignedBuffers(1, size);
  return one.fill(byte);
}

describeWith([root, program('losetup')], 'a block device', () => {
  it('is opened directly, with its size and its sectors', async () => {
    const disk = await openLoop(loop(8 * mebibyte, ['--sector-size', '4096']));
    expect(disk).toMatchObject({ kind: 'disk', size: 8 * mebibyte, sectorSize: 4096, isDirect: true });
  });

  it('holds what was written, and gives it back', async () => {
    const device = loop(8 * mebibyte);
    const disk = await openLoop(device);
    await disk.write(buffer(mebibyte, 7), 3 * mebibyte);
    await disk.sync();
    const back = buffer(mebibyte, 0);
    await disk.read(back, 3 * mebibyte);
    expect(back.every((byte) => byte === 7)).toBe(true);
    const file = readFileSync(device.file);
    expect([file[3 * mebibyte - 1], file[3 * mebibyte], file[4 * mebibyte - 1], file[4 * mebibyte]]).toEqual([
      0, 7, 7, 0,
    ]);
  });

  it('makes ranges zero by itself, exactly those', async () => {
    const device = loop(8 * mebibyte);
    device.fillWithJunk();
    const before = readFileSync(device.file);
    const disk = await openLoop(device);
    expect(await disk.zero(2 * mebibyte, 3 * mebibyte)).toBe(true);
    const after = readFileSync(device.file);
    expect(after.subarray(2 * mebibyte, 5 * mebibyte).every((byte) => byte === 0)).toBe(true);
    expect(after.subarray(0, 2 * mebibyte).equals(before.subarray(0, 2 * mebibyte))).toBe(true);
    expect(after.subarray(5 * mebibyte).equals(before.subarray(5 * mebibyte))).toBe(true);
  });

  it('is nobody else’s while it is open', async () => {
    const device = loop(8 * mebibyte);
    await openLoop(device);
    await expect(openBlockDevice(device.path, localRunner)).rejects.toMatchObject({
      code: 'busy',
      message: `${device.path} is in use`,
    });
  });

  it('is not opened while it is mounted', async () => {
    const device = loop(16 * mebibyte);
    const mountpoint = mkdtempSync(join(tmpdir(), 'otb-mount-'));
    cleanups.push(() => {
      rmSync(mountpoint, { recursive: true });
    });
    execFileSync('mkfs.ext4', ['-q', device.path]);
    execFileSync('mount', [device.path, mountpoint]);
    cleanups.push(() => {
      execFileSync('umount', [mountpoint]);
    });
    await expect(openBlockDevice(device.path, localRunner)).rejects.toMatchObject({ code: 'busy' });
  });

  it('says where it ends when something is written behind that', async () => {
    const device = loop(4 * mebibyte);
    const disk = await openLoop(device);
    await expect(disk.write(buffer(mebibyte, 1), 3.5 * mebibyte)).rejects.toMatchObject({
      code: 'verification',
      message: `${device.path} could not be written at ${4 * mebibyte} (4.00 MiB): the disk ends there, or is full`,
    });
  });

  it('says that it shrank, when it did', async () => {
    const device = loop(4 * mebibyte);
    const disk = await openLoop(device);
    execFileSync('truncate', ['-s', String(2 * mebibyte), device.file]);
    execFileSync('losetup', ['--set-capacity', device.path]);
    await expect(disk.read(buffer(mebibyte, 1), 2 * mebibyte)).rejects.toMatchObject({
      code: 'verification',
      message: expect.stringContaining('the disk ends there') as string,
    });
  });
});

describe('what is no block device', () => {
  it.each([
    ['/dev/does-not-exist', 'there is no such device'],
    ['/dev/does-not/exist', 'there is no such device'],
  ])('%s is not made, and told', async (path, why) => {
    await expect(openBlockDevice(path, localRunner)).rejects.toMatchObject({
      code: 'usage',
      message: `${path} could not be opened: ${why}`,
    });
    expect(() => statSync(path)).toThrow('ENOENT');
  });
});

describe('a file that stands for a disk', () => {
  it('has holes where nothing was written, and its own length', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'otb-file-'));
    cleanups.push(() => {
      rmSync(directory, { recursive: true });
    });
    const path = join(directory, 'disk.img');
    const disk = await openDiskFile(path, localRunner);
    cleanups.push(() => disk.close());
    await disk.write(buffer(mebibyte, 5), 60 * mebibyte);
    await disk.setLength(64 * mebibyte - 512);
    const { size, blocks } = statSync(path);
    expect(size).toBe(64 * mebibyte - 512);
    expect(blocks * 512).toBeLessThan(4 * mebibyte);
    const back = buffer(mebibyte, 1);
    await disk.read(back, 63.5 * mebibyte);
    expect(back.every((byte) => byte === 0)).toBe(true);
  });
});
