import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readBlockDevices } from '../../../src/effects/block-devices.js';
import { holdersOf } from '../../../src/effects/block-holders.js';
import { readIdentity } from '../../../src/effects/block-identity.js';
import { localRunner } from '../../../src/effects/local-runner.js';
import { readTarget } from '../../../src/effects/target-path.js';
import type { Drive } from '../../../src/flash/drives/drive.js';
import { driveTable } from '../../../src/flash/drives/drive-table.js';
import { drivesOf } from '../../../src/flash/drives/drives-of.js';
import { findDrive } from '../../../src/flash/drives/find-drive.js';
import { identityDifference } from '../../../src/flash/drives/identity.js';
import { noPermission, type WritePolicy } from '../../../src/flash/drives/objection.js';
import { objectionsTo } from '../../../src/flash/drives/verdict.js';
import { describeWith, itWith, program, root, type Need } from '../../support/needs.js';

/** A kernel that can put one block device onto another: containers and small kernels cannot. */
const deviceMapper: Need = { name: 'device mapper', isMet: spawnSync('dmsetup', ['version']).status === 0 };

/** For a machine that stands still for seconds: what is asked here is who, not how fast. */
const slowMs = 120_000;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'otb-drives-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const readDrives = async () => drivesOf(await readBlockDevices(localRunner));

const messages = (drive: Drive, policy: Partial<WritePolicy> = {}) =>
  objectionsTo(drive, { ...noPermission, ...policy }).map(({ message }) => message);

/** An image with two partitions: 8 MiB from 1 MiB on, and 4 MiB from 16 MiB on. */
function writeImage(path: string): void {
  writeFileSync(path, '');
  truncateSync(path, 32 * 1024 ** 2);
  const entry = (start: number, sectors: number) => {
    const bytes = Buffer.alloc(16);
    bytes[4] = 0x83;
    bytes.writeUInt32LE(start, 8);
    bytes.writeUInt32LE(sectors, 12);
    return bytes;
  };
  const sector = Buffer.alloc(512);
  Buffer.concat([entry(2048, 16384), entry(32768, 8192)]).copy(sector, 446);
  sector.writeUInt16LE(0xaa55, 510);
  writeFileSync(path, sector, { flag: 'r+' });
}

describe('a path that is no disk', () => {
  it('is told apart without creating anything', async () => {
    const at = (name: string) => join(directory, name);
    mkdirSync(at('directory'));
    writeFileSync(at('file'), 'x');
    symlinkSync(at('nothing'), at('broken'));
    await execa('mkfifo', [at('pipe')]);
    const kinds = await Promise.all(
      [at('directory'), at('file'), at('broken'), at('pipe'), '/dev/null', at('nothing'), at('file/x')].map(readTarget),
    );
    expect(kinds.map(({ kind }) => kind)).toEqual([
      'directory',
      'file',
      'broken-link',
      'fifo',
      'character',
      'missing',
      'missing',
    ]);
    expect(() => statSync(at('nothing'))).toThrow('ENOENT');
    expect(statSync(at('file')).size).toBe(1);
  });

  it('has no identity', async () => {
    await expect(readIdentity('/dev/null')).rejects.toMatchObject({
      code: 'refused',
      message: '/dev/null is no block device',
    });
    await expect(readIdentity('/dev/otb-none')).rejects.toMatchObject({ code: 'prerequisite' });
  });
});

describeWith([root, program('losetup'), program('partx'), program('lsblk')], 'a loop device', () => {
  const undo: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  async function attach(name = 'disk.img', ...options: string[]): Promise<string> {
    const image = join(directory, name);
    writeImage(image);
    const { stdout: device } = await execa('losetup', ['--find', '--show', '--partscan', ...options, image]);
    undo.push(() => execa('losetup', ['--detach', device], { reject: false }));
    // Where no udev listens the kernel's own scan may have missed them; twice is no harm.
    await execa('partx', ['--update', device], { reject: false });
    return device;
  }

  /** The device file of a partition: made here where no udev makes it. */
  async function partition(device: string, number: number): Promise<string> {
    const kernelName = `${device.replace('/dev/', '')}p${number}`;
    const path = join(directory, `node-${kernelName}`);
    const { stdout } = await execa('cat', [`/sys/class/block/${kernelName}/dev`]);
    rmSync(path, { force: true });
    await execa('mknod', [path, 'b', ...stdout.split(':')]);
    return path;
  }

  async function mount(source: string, name: string): Promise<string> {
    const place = join(directory, name);
    mkdirSync(place, { recursive: true });
    await execa('mount', [source, place]);
    undo.push(() => execa('umount', [place], { reject: false }));
    return place;
  }

  const driveAt = async (path: string) => findDrive(await readDrives(), await readTarget(path));

  it('may be written when nothing is mounted, and its partitions may not', async () => {
    const device = await attach();
    const drive = await driveAt(device);
    expect(drive).toMatchObject({
      path: device,
      type: 'loop',
      size: 32 * 1024 ** 2,
      parentPath: undefined,
      madeOf: [],
    });
    expect(drive.uses.map(({ path, size }) => [path, size])).toEqual([
      [`${device}p1`, 8 * 1024 ** 2],
      [`${device}p2`, 4 * 1024 ** 2],
    ]);
    expect(messages(drive)).toEqual([]);
    expect(messages(drive, { imageBytes: 33554433 })).toHaveLength(1);
    expect(driveTable(await readDrives(), { width: 100 })).toContain(`\n  has ${device.slice(5)}p1 `);
    expect(messages(await driveAt(await partition(device, 1)))).toEqual([
      `${device}p1 is a partition of ${device}: an image goes onto the whole disk, ${device}`,
    ]);
  });

  it('is found through a link and through a device file elsewhere', async () => {
    const device = await attach();
    const link = join(directory, 'link');
    symlinkSync(device, link);
    undo.push(() => rm(link));
    expect((await driveAt(link)).path).toBe(device);
    expect(await readTarget(link)).toMatchObject({ kind: 'block', resolved: device });
  });

  it('is read-only when it was made so', async () => {
    const device = await attach('disk.img', '--read-only');
    expect(messages(await driveAt(device))).toEqual([`${device} is read-only: look for a switch on the card`]);
  });

  itWith([program('mkfs.ext4')], 'is objected to for as long as one of its partitions is mounted', async () => {
    const device = await attach();
    const node = await partition(device, 1);
    await execa('mkfs.ext4', ['-q', '-L', 'a label', node]);
    const place = await mount(node, 'mounted here');
    const drive = await driveAt(device);
    expect(drive.uses[0]).toMatchObject({ fsType: 'ext4', label: 'a label', mountpoints: [place] });
    expect(messages(drive)).toEqual([`${device}p1 is mounted at ${place}`]);
    expect(messages(drive, { unmount: true })).toEqual([]);
    await execa('umount', [place]);
    expect(messages(await driveAt(device))).toEqual([]);
  });

  itWith([program('mkfs.ext4')], 'is a system disk while it is mounted below /boot in another namespace', async () => {
    const device = await attach();
    const node = await partition(device, 1);
    await execa('mkfs.ext4', ['-q', node]);
    const script =
      'mount --make-rprivate / && mount -t tmpfs none /boot && mkdir /boot/efi && mount "$0" /boot/efi && echo ready && read line';
    const child = spawn('unshare', ['--mount', 'sh', '-c', script, node], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    undo.push(() => {
      child.stdin.end('\n');
      return ended;
    });
    await Promise.race([once(child.stdout, 'data'), ended]);
    const [first, second, ...rest] = messages(await driveAt(device), { allowFixed: true, unmount: true });
    expect(first).toBe(`${device} is a disk of the running system: it has /boot/efi on ${device}p1`);
    expect(second).toContain(`is mounted at /boot/efi for process ${child.pid ?? 0} (`);
    expect(rest).toEqual([]);
    const { majorMinor } = (await driveAt(device)).uses[0]!;
    expect(await holdersOf([majorMinor!], slowMs)).toMatchObject([{ pid: child.pid, how: 'mount', path: '/boot/efi' }]);
  });

  itWith([program('mkfs.ext4')], 'that lies in a file of another one keeps that busy', async () => {
    const device = await attach();
    const node = await partition(device, 1);
    await execa('mkfs.ext4', ['-q', node]);
    const place = await mount(node, 'outer');
    const file = join(place, 'inner.img');
    writeFileSync(file, '');
    truncateSync(file, 1024 ** 2);
    const { stdout: inner } = await execa('losetup', ['--find', '--show', file]);
    undo.push(() => execa('losetup', ['--detach', inner], { reject: false }));
    expect(messages(await driveAt(device), { unmount: true })).toEqual([
      `${inner} uses the file ${file} on ${device}p1: detach it first (losetup --detach ${inner})`,
    ]);
    expect(messages(await driveAt(inner))).toEqual([]);
  });

  itWith([deviceMapper], 'below a mapping is a part of it', async () => {
    const device = await attach();
    const name = `otb-test-${process.pid}`;
    const create = ['create', name, '--noudevsync', '--table', `0 2048 linear ${device} 0`];
    await execa('dmsetup', create);
    undo.push(() => execa('dmsetup', ['remove', '--noudevsync', name], { reject: false }));
    expect(messages(await driveAt(device), { allowSystemDisk: true })).toEqual([
      `/dev/mapper/${name} is active on ${device}: take it out of use first`,
    ]);
  });

  it('has another identity when another file is behind it', async () => {
    const device = await attach();
    const before = await readIdentity(device);
    expect(before).toMatchObject({ size: 32 * 1024 ** 2, majorMinor: (await driveAt(device)).majorMinor });
    const descriptor = openSync(device, 'r');
    const opened = await readIdentity(`/proc/self/fd/${descriptor}`);
    closeSync(descriptor);
    expect(identityDifference(before, opened)).toBeUndefined();
    await execa('losetup', ['--detach', device]);
    const other = join(directory, 'other.img');
    writeFileSync(other, '');
    truncateSync(other, 1024 ** 2);
    await execa('losetup', [device, other]);
    expect(identityDifference(before, await readIdentity(device))).toMatch(
      /^its size was 32\.0 MiB \(33554432 bytes\) and is 1\.00 MiB \(1048576 bytes\)/,
    );
  });

  it('has the processes that hold it: those with the device open, and those at work on it', async () => {
    const device = await attach();
    const child = spawn('sh', ['-c', 'exec 3<"$0"; echo ready; read line', device], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    undo.push(() => {
      child.stdin.end('\n');
      return ended;
    });
    await once(child.stdout, 'data');
    const { majorMinor } = await driveAt(device);
    expect(await holdersOf([majorMinor], slowMs)).toEqual([
      { pid: child.pid, command: 'sh', how: 'device', path: device },
    ]);
    expect(await holdersOf(['1:9999'])).toEqual([]);
  });

  itWith([program('mkfs.ext4')], 'has the process whose working directory is on it', async () => {
    const device = await attach();
    const node = await partition(device, 1);
    await execa('mkfs.ext4', ['-q', node]);
    const place = await mount(node, 'at work');
    const child = spawn('sh', ['-c', 'echo ready; read line'], { cwd: place, stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    undo.push(() => {
      child.stdin.end('\n');
      return ended;
    });
    await once(child.stdout, 'data');
    const { uses } = await driveAt(device);
    expect(
      await holdersOf(
        uses.flatMap(({ majorMinor }) => majorMinor ?? []),
        slowMs,
      ),
    ).toEqual([{ pid: child.pid, command: 'sh', how: 'file', path: place }]);
  });
});

/** True where / is on a block device, and not on a layered file system, as in a container. */
const hasRootDisk: Need = {
  name: 'a root file system on a disk',
  isMet: /^\S+ \S+ (?!0:)\S+ \S+ \/ /m.test(readFileSync('/proc/self/mountinfo', 'utf8')),
};

describeWith([program('lsblk'), hasRootDisk], 'the disk of this machine that has /', () => {
  it('is refused whatever is allowed', async () => {
    const drives = await readDrives();
    const withRoot = drives.filter(({ uses }) => uses.some(({ mountpoints }) => mountpoints.includes('/')));
    expect(withRoot).not.toEqual([]);
    for (const drive of withRoot) {
      expect(objectionsTo(drive, { allowSystemDisk: true, allowFixed: true, unmount: true })).not.toEqual([]);
    }
  });
});
