import { describe, expect, it } from 'vitest';
import type { Mount } from '../../../../src/effects/mount-table.js';
import { drivesOf } from '../../../../src/flash/drives/drives-of.js';
import { driveIn, drivesIn, factsWith, lsblkText, sysfsDevice } from './support.js';

const mount = (part: Partial<Mount>): Mount => ({
  majorMinor: '0:40',
  mountpoint: '/mnt',
  fsType: 'ext4',
  source: 'none',
  ...part,
});

describe('a drive', () => {
  it('has its links, the one with the model first, and none of its partitions', () => {
    const link = (name: string, kernelName = 'nvme0n1') => ({ path: `/dev/disk/by-id/${name}`, kernelName });
    const links = [
      link('nvme-eui.0025385311b1c2d3'),
      link('wwn-0x5000'),
      link('scsi-1ATA'),
      link('nvme-Samsung_SSD_980_500GB_S64DNX0T123456_1'),
      link('nvme-Samsung_SSD_980_500GB_S64DNX0T123456'),
      link('nvme-Samsung_SSD_980_500GB_S64DNX0T123456-part1', 'nvme0n1p1'),
    ];
    expect(driveIn('nvme', 'nvme0n1', { links }).byId.map((path) => path.replace('/dev/disk/by-id/', ''))).toEqual([
      'nvme-Samsung_SSD_980_500GB_S64DNX0T123456',
      'nvme-Samsung_SSD_980_500GB_S64DNX0T123456_1',
      'scsi-1ATA',
      'wwn-0x5000',
      'nvme-eui.0025385311b1c2d3',
    ]);
  });

  it('has what sysfs knows, and the bus that an old lsblk does not tell', () => {
    const sysfs = [sysfsDevice('mmcblk1', { diskSequence: 12, cardType: 'MMC' })];
    expect(driveIn('emmc', 'mmcblk1', { sysfs })).toMatchObject({ diskSequence: 12, isEmmc: true, transport: 'mmc' });
    const sd = [sysfsDevice('mmcblk0', { cardType: 'SD' })];
    expect(driveIn('sd-internal', 'mmcblk0', { sysfs: sd })).toMatchObject({ isEmmc: false, diskSequence: undefined });
  });

  it('has all that lies on it, through every layer', () => {
    const { uses } = driveIn('luks-root', 'sda');
    expect(uses.map(({ path, type, parents }) => [path, type, parents])).toEqual([
      ['/dev/sda1', 'part', ['sda']],
      ['/dev/mapper/sda1_crypt', 'crypt', ['sda1']],
      ['/dev/mapper/vg-usr', 'lvm', ['dm-0']],
      ['/dev/mapper/vg-swap', 'lvm', ['dm-0']],
    ]);
  });

  it('counts itself when it holds a file system, and not when it is empty', () => {
    expect(driveIn('btrfs', 'sda').uses.map(({ path }) => path)).toEqual(['/dev/sda']);
    expect(driveIn('usb-empty', 'sdb').uses).toEqual([]);
  });

  it('is the parent of its partitions', () => {
    expect(driveIn('usb-stick', 'sdb1')).toMatchObject({ type: 'part', parentPath: '/dev/sdb', madeOf: [] });
    expect(driveIn('usb-stick', 'sdb')).toMatchObject({ parentPath: undefined, madeOf: [] });
    expect(driveIn('md', 'md0').madeOf).toEqual(['/dev/sda1', '/dev/sdb1']);
  });
});

describe('what the kernel knows beside lsblk', () => {
  it('adds mounts by number, and by the name of the device where the file system has no number', () => {
    const mounts = [
      mount({ majorMinor: '8:17', mountpoint: '/var/lib/a' }),
      mount({ source: '/dev/sdb1', mountpoint: '/mnt/b' }),
      mount({ source: '/dev/sdc:/dev/sdb1', fsType: 'bcachefs', mountpoint: '/mnt/c' }),
      mount({ majorMinor: '8:170', mountpoint: '/mnt/other', source: '/dev/sdb17' }),
    ];
    const [partition] = driveIn('usb-stick', 'sdb', { mounts }).uses;
    expect(partition?.mountpoints).toEqual(['/media/anna/PHOTOS', '/var/lib/a', '/mnt/b', '/mnt/c']);
  });

  it('adds swap, on a device and in a file', () => {
    const mounts = [
      mount({ majorMinor: '8:17', mountpoint: '/media/anna/PHOTOS' }),
      mount({ majorMinor: '8:0', mountpoint: '/' }),
    ];
    const swapOf = (...swaps: string[]) => driveIn('usb-stick', 'sdb', { mounts, swaps }).uses[0]?.mountpoints;
    expect(swapOf('/dev/sdb1')).toEqual(['/media/anna/PHOTOS', '[SWAP]']);
    expect(swapOf('/media/anna/PHOTOS/swapfile')).toEqual(['/media/anna/PHOTOS', '[SWAP]']);
    expect(swapOf('/swapfile', '/media/anna/PHOTOS2/swapfile', '/dev/sdb2')).toEqual(['/media/anna/PHOTOS']);
  });

  it('adds holders that lsblk does not list, by their links in either direction', () => {
    const holders = [sysfsDevice('sdb', { holders: ['bcache7'] })];
    expect(driveIn('usb-empty', 'sdb', { sysfs: holders }).uses).toMatchObject([
      { path: '/dev/bcache7', type: 'holder', parents: ['sdb'] },
    ]);
    const flat = JSON.stringify({
      blockdevices: ['sdb', 'bcache0'].map((name, index) => ({ name, 'maj:min': `8:${index}`, type: 'disk' })),
    });
    const sysfs = [sysfsDevice('bcache0', { slaves: ['sdb'] })];
    const [disk, made] = drivesOf(factsWith(flat, { sysfs }));
    expect(disk?.uses).toMatchObject([{ path: '/dev/bcache0', parents: ['sdb'] }]);
    expect(made).toMatchObject({ madeOf: ['/dev/sdb'], uses: [] });
  });

  it('puts a loop device on the disk that has its file', () => {
    const both = ['usb-stick', 'loop'].flatMap(
      (name) => (JSON.parse(lsblkText(name)) as { blockdevices: unknown[] }).blockdevices,
    );
    const mounts = [mount({ majorMinor: '8:17', mountpoint: '/media/anna/PHOTOS', source: '/dev/sdb1' })];
    const sysfs = [sysfsDevice('loop1', { backingFile: '/media/anna/PHOTOS/x.img' })];
    const drives = drivesOf(factsWith(JSON.stringify({ blockdevices: both }), { mounts, sysfs }));
    const named = (name: string) => drives.find(({ kernelName }) => kernelName === name);
    expect(named('sdb')?.uses.map(({ path }) => path)).toEqual(['/dev/sdb1', '/dev/loop1', '/dev/loop1p1']);
    expect(named('loop1')).toMatchObject({ madeOf: [] });
  });

  it('shares the mounts of a btrfs among its disks, and names one that is mounted where we do not see', () => {
    const btrfs = [{ uuid: 'aa-bb', kernelNames: ['sda', 'sdb'] }];
    expect(driveIn('btrfs', 'sdb', { btrfs }).uses).toMatchObject([{ mountpoints: ['/home'], heldBy: [] }]);
    const alone = [{ uuid: 'cc-dd', kernelNames: ['sdb'] }];
    expect(driveIn('btrfs', 'sdb', { btrfs: alone }).uses).toMatchObject([{ heldBy: ['the mounted btrfs cc-dd'] }]);
  });

  it('adds the mounts of others where we have none', () => {
    const foreignMounts = ['8:17', '8:33'].map((majorMinor) => ({ ...mount({ majorMinor }), pid: 7, command: 'box' }));
    expect(driveIn('usb-stick', 'sdb', { foreignMounts }).uses[0]?.foreignMounts).toEqual([]);
    expect(driveIn('lvm-inactive', 'sdc', { foreignMounts }).uses[0]?.foreignMounts).toEqual([foreignMounts[1]]);
  });

  it('adds the system of others where ours is not', () => {
    const foreignMounts = ['/', '/x'].map((mountpoint) => ({
      ...mount({ majorMinor: '8:17', mountpoint }),
      pid: 1,
      command: 'init',
    }));
    expect(driveIn('usb-stick', 'sdb', { foreignMounts }).uses[0]?.foreignMounts).toEqual([foreignMounts[0]]);
    const mounts = [mount({ majorMinor: '8:17', mountpoint: '/usr' })];
    expect(driveIn('usb-stick', 'sdb', { foreignMounts, mounts }).uses[0]?.foreignMounts).toEqual([]);
  });

  it('does not run for ever where links go in a circle', () => {
    const sysfs = [sysfsDevice('sdb1', { holders: ['sdb'] })];
    expect(drivesIn('usb-stick', { sysfs })).toHaveLength(2);
  });
});
