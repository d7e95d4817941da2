import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/failure.js';
import { readBlockDevices } from '../../../src/effects/block-devices.js';
import { identityOf } from '../../../src/effects/block-identity.js';
import { majorMinorOf } from '../../../src/effects/device-number.js';
import { parseMountInfo } from '../../../src/effects/mount-table.js';
import type { Invocation, Outcome, Runner } from '../../../src/effects/runner.js';
import type { SystemPlaces } from '../../../src/effects/system-places.js';

/** A machine's /sys, /proc and /dev, in a directory. */
let root: string;
let places: SystemPlaces;

function put(path: string, content: string | Buffer = ''): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function link(path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target.startsWith('/') ? join(root, target) : target, join(root, path));
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'otb-block-'));
  places = { sys: join(root, 'sys'), proc: join(root, 'proc'), dev: join(root, 'dev'), run: join(root, 'run') };
  mkdirSync(join(root, 'run/udev/data'), { recursive: true });
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const done: Outcome = { exitCode: 0, signalName: null, stdout: '{}', stderr: '', elapsedMs: 1, timedOut: false };

/** A lsblk that answers one after the other; asking once more is a mistake. */
function lsblk(...answers: (Partial<Outcome> | Error)[]): Runner & { asked: Invocation[] } {
  const asked: Invocation[] = [];
  return {
    asked,
    run: (invocation) => {
      asked.push(invocation);
      const answer = answers[asked.length - 1];
      if (answer === undefined) throw new Error(`not expected: ${invocation.args.join(' ')}`);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ ...done, ...answer });
    },
  };
}

async function failureOf(runner: Runner): Promise<Failure> {
  try {
    await readBlockDevices(runner, places);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('asking lsblk', () => {
  it('is one command that only looks, for ten seconds at most', async () => {
    const runner = lsblk({ stdout: 'text' });
    expect((await readBlockDevices(runner, places)).lsblk).toBe('text');
    expect(runner.asked).toMatchObject([
      { file: 'lsblk', readOnly: true, timeoutMs: 10_000, env: { LC_ALL: 'C.UTF-8' } },
    ]);
    expect(runner.asked[0]?.args.slice(0, 3)).toEqual(['--json', '--bytes', '--all']);
    expect(runner.asked[0]?.args.at(-1)).toMatch(/,MOUNTPOINTS$/);
  });

  it('leaves out the columns that an old version does not know', async () => {
    const runner = lsblk({ exitCode: 1, stderr: 'lsblk: unknown column: PATH,MOUNTPOINTS\n' }, { stdout: 'old' });
    expect((await readBlockDevices(runner, places)).lsblk).toBe('old');
    expect(runner.asked[1]?.args.at(-1)).toMatch(/,MOUNTPOINT$/);
    expect(runner.asked[1]?.args.at(-1)?.split(',')).not.toContain('PATH');
  });

  it.each([
    [
      'its own words',
      { exitCode: 1, stderr: 'lsblk: failed to access\u001b[1m sysfs\n' },
      'lsblk: failed to access sysfs',
    ],
    ['its status', { exitCode: 32 }, 'lsblk ended with exit status 32'],
    ['a signal', { exitCode: null, signalName: 'SIGSEGV' }, 'lsblk was ended by SIGSEGV'],
    [
      'a time-out',
      { exitCode: null, signalName: 'SIGTERM', timedOut: true, stdout: '{}' },
      'lsblk did not end within 10 s',
    ],
    ['a time-out that it answers with 0', { exitCode: 0, timedOut: true }, 'lsblk did not end within 10 s'],
    ['a program that is not there', new Failure('no', { code: 'prerequisite' }), 'lsblk does not start'],
  ])('fails with %s', async (_, answer, words) => {
    const failure = await failureOf(lsblk(answer));
    expect(failure.code).toBe('prerequisite');
    expect(failure.message).toBe(`the disks of this machine cannot be listed: ${words}`);
  });

  it('does not go on when the old columns fail too', async () => {
    const unknown = { exitCode: 1, stderr: 'lsblk: unknown column: HOTPLUG' };
    expect((await failureOf(lsblk(unknown, unknown))).message).toMatch(/: lsblk: unknown column: HOTPLUG$/);
  });
});

describe('what is read beside lsblk', () => {
  it('is nothing on a machine that has none of it', async () => {
    expect(await readBlockDevices(lsblk({}), places)).toEqual({
      lsblk: '{}',
      links: [],
      sysfs: [],
      swaps: [],
      mounts: [],
      foreignMounts: [],
      btrfs: [],
      signatures: [],
    });
  });

  it('is the links of the disks, and not one that leads nowhere', async () => {
    put('dev/sdb');
    link('dev/disk/by-id/usb-x', '../../sdb');
    link('dev/disk/by-id/usb-y', '../../sdc');
    expect((await readBlockDevices(lsblk({}), places)).links).toEqual([
      { path: join(root, 'dev/disk/by-id/usb-x'), kernelName: 'sdb' },
    ]);
  });

  it('is what sysfs tells of each device, a partition with the number of its disk', async () => {
    put('sys/devices/usb1/block/sdb/diskseq', '9\n');
    put('sys/devices/usb1/block/sdb/sdb1/holders/dm-0');
    put('sys/devices/virtual/block/dm-0/slaves/sdb1');
    put('sys/devices/virtual/block/loop0/loop/backing_file', '/tmp/a b.img\n');
    put('sys/devices/mmc0/block/mmcblk0/device/type', 'MMC\n');
    for (const path of [
      'usb1/block/sdb',
      'usb1/block/sdb/sdb1',
      'virtual/block/dm-0',
      'virtual/block/loop0',
      'mmc0/block/mmcblk0',
    ])
      link(`sys/class/block/${path.split('/').at(-1)!}`, `/sys/devices/${path}`);
    const none = { diskSequence: undefined, holders: [], slaves: [], backingFile: undefined, cardType: undefined };
    expect((await readBlockDevices(lsblk({}), places)).sysfs).toEqual([
      { ...none, kernelName: 'dm-0', slaves: ['sdb1'] },
      { ...none, kernelName: 'loop0', backingFile: '/tmp/a b.img' },
      { ...none, kernelName: 'mmcblk0', cardType: 'MMC' },
      { ...none, kernelName: 'sdb', diskSequence: 9 },
      { ...none, kernelName: 'sdb1', diskSequence: 9, holders: ['dm-0'] },
    ]);
  });

  it('is what is swapped to, and every mounted btrfs', async () => {
    put('proc/swaps', 'Filename\tType\tSize\tUsed\tPriority\n/dev/sda2   partition 1 0 -2\n/my\\040swap file 1 0 -3\n');
    put('sys/fs/btrfs/features/x');
    put('sys/fs/btrfs/11-22/devices/sda');
    put('sys/fs/btrfs/11-22/devices/sdb');
    const { swaps, btrfs } = await readBlockDevices(lsblk({}), places);
    expect(swaps).toEqual(['/dev/sda2', '/my swap']);
    expect(btrfs).toEqual([{ uuid: '11-22', kernelNames: ['sda', 'sdb'] }]);
  });

  it('is what blkid finds, where no udev tells lsblk', async () => {
    rmSync(join(root, 'run/udev'), { recursive: true });
    const stdout = 'DEVNAME=/dev/sdb1\nLABEL=a\\ label\nTYPE=ext4\n\nDEVNAME=/dev/sdb2\nPARTLABEL=x\n';
    const runner = lsblk({}, { stdout });
    expect((await readBlockDevices(runner, places)).signatures).toEqual([
      { path: '/dev/sdb1', fsType: 'ext4', label: 'a label', partLabel: undefined },
      { path: '/dev/sdb2', fsType: undefined, label: undefined, partLabel: 'x' },
    ]);
    expect(runner.asked[1]).toMatchObject({ file: 'blkid', readOnly: true, timeoutMs: 10_000 });
    expect((await readBlockDevices(lsblk({}, new Error('none')), places)).signatures).toEqual([]);
  });

  it('is our mounts, and those of devices in other namespaces, each namespace once', async () => {
    const line = (device: string, place: string) => `1 2 ${device} / ${place} rw shared:1 - ext4 /dev/sdb1 rw\n`;
    put('proc/self/mountinfo', line('8:1', '/'));
    link('proc/self/ns/mnt', 'mnt:[1]');
    for (const [pid, namespace] of [
      [10, 1],
      [11, 2],
      [12, 2],
      [13, 3],
    ] as const) {
      link(`proc/${pid}/ns/mnt`, `mnt:[${namespace}]`);
      put(`proc/${pid}/comm`, `box${pid}\n`);
      put(`proc/${pid}/mountinfo`, `${line(`8:${pid}`, '/x')}5 6 0:20 / /proc rw - proc proc rw\n`);
    }
    const { mounts, foreignMounts } = await readBlockDevices(lsblk({}), places);
    expect(mounts).toEqual([{ majorMinor: '8:1', mountpoint: '/', fsType: 'ext4', source: '/dev/sdb1' }]);
    expect(foreignMounts.map(({ pid, command, majorMinor }) => [pid, command, majorMinor])).toEqual([
      [11, 'box11', '8:11'],
      [13, 'box13', '8:13'],
    ]);
  });
});

describe('a line of mountinfo', () => {
  it('has blanks as octal numbers, and any number of marks before the dash', () => {
    const text = [
      '36 35 98:0 /mnt1 /mnt/a\\040b\\134c rw,noatime master:1 shared:2 - ext3 /dev/root rw',
      '37 35 0:40 / /plain rw - tmpfs tmpfs rw',
      'no such line',
      '',
    ].join('\n');
    expect(parseMountInfo(text)).toEqual([
      { majorMinor: '98:0', mountpoint: '/mnt/a b\\c', fsType: 'ext3', source: '/dev/root' },
      { majorMinor: '0:40', mountpoint: '/plain', fsType: 'tmpfs', source: 'tmpfs' },
    ]);
  });
});

describe('the number of a device', () => {
  // What makedev() of the C library makes of them.
  it.each([
    [0x810, '8:16'],
    [0x700, '7:0'],
    [0x10300, '259:0'],
    [0x493103e0, '259:300000'],
    [0x100000038801, '5000:1'],
  ])('%d is %s', (rdev, number) => {
    expect(majorMinorOf(rdev)).toBe(number);
  });
});

describe('the identity of a disk', () => {
  const at = (path: string, number: string) => {
    link(`sys/dev/block/${number}`, `/sys/devices/${path}`);
  };

  it('of a USB stick: the number of the USB device above it, not of its hub', async () => {
    put('sys/devices/usb1/serial', 'hub');
    put('sys/devices/usb1/idVendor', '1d6b');
    put('sys/devices/usb1/1-1/idVendor', '0781\n');
    put('sys/devices/usb1/1-1/serial', '4C53\n');
    put('sys/devices/usb1/1-1/host/block/sdb/size', '61440000\n');
    put('sys/devices/usb1/1-1/host/block/sdb/diskseq', '9\n');
    at('usb1/1-1/host/block/sdb', '8:16');
    expect(await identityOf('8:16', places)).toEqual({
      majorMinor: '8:16',
      size: 31457280000,
      serial: '4C53',
      wwn: undefined,
      diskSequence: 9,
    });
    rmSync(join(root, 'sys/devices/usb1/1-1/serial'));
    expect((await identityOf('8:16', places)).serial).toBeUndefined();
  });

  it('of a SATA disk: page 80 of what it says of itself', async () => {
    put('sys/devices/ata1/block/sda/size', '8\n');
    const page = Buffer.concat([Buffer.from([0, 0x80, 0, 8]), Buffer.from('  WD-1\0\0'), Buffer.from('rest')]);
    put('sys/devices/ata1/block/sda/device/vpd_pg80', page);
    put('sys/devices/ata1/block/sda/device/wwid', 'naa.5000c500\n');
    at('ata1/block/sda', '8:0');
    expect(await identityOf('8:0', places)).toMatchObject({ size: 4096, serial: 'WD-1', wwn: 'naa.5000c500' });
  });

  it('of NVMe and virtio disks', async () => {
    put('sys/devices/pci/nvme0/nvme0n1/device/serial', 'S64D   \n');
    put('sys/devices/pci/nvme0/nvme0n1/wwid', 'eui.0025\n');
    at('pci/nvme0/nvme0n1', '259:0');
    expect(await identityOf('259:0', places)).toMatchObject({ size: undefined, serial: 'S64D', wwn: 'eui.0025' });
    put('sys/devices/pci/virtio1/block/vda/serial', 'own\n');
    at('pci/virtio1/block/vda', '254:0');
    expect((await identityOf('254:0', places)).serial).toBe('own');
  });

  it('of a disk that has gone is unknown', async () => {
    const unknown = { size: undefined, serial: undefined, wwn: undefined, diskSequence: undefined };
    expect(await identityOf('8:16', places)).toEqual({ majorMinor: '8:16', ...unknown });
  });
});
