import { expect, it } from 'vitest';
import { warningsAbout } from '../../../../src/flash/drives/warnings.js';
import { driveIn, sysfsDevice } from './support.js';

it('warns of a large disk with several mounted file systems', () => {
  expect(warningsAbout(driveIn('large', 'sdb'))).toEqual([
    "/dev/sdb is larger than most routers' disks: 3.64 TiB",
    '2 file systems of /dev/sdb are mounted',
    '/dev/sdb has 2 partitions with data: /dev/sdb1 (ntfs, "one") and /dev/sdb2 (ext4)',
  ]);
});

it('warns of encrypted data that nothing has open', () => {
  expect(warningsAbout(driveIn('luks-closed', 'sdb'))).toEqual(['/dev/sdb1 holds encrypted data']);
  expect(warningsAbout(driveIn('luks-open', 'sdb'))).toEqual([]);
});

it('warns of a chip on the board', () => {
  const sysfs = [sysfsDevice('mmcblk1', { cardType: 'MMC' })];
  expect(warningsAbout(driveIn('emmc', 'mmcblk1', { sysfs }))).toEqual([
    '/dev/mmcblk1 is a chip on the board (eMMC), not a card',
  ]);
});

it.each([
  ['usb-empty', 'sdb'],
  ['usb-stick', 'sdb'],
  ['sd-internal', 'mmcblk0'],
  ['memory', 'zram0'],
])('has nothing to say about %s', (name, kernelName) => {
  expect(warningsAbout(driveIn(name, kernelName))).toEqual([]);
});

it('prints no label that a terminal acts on', () => {
  const stick = driveIn('hostile', 'sdb');
  const twice = { ...stick, uses: [...stick.uses, ...stick.uses] };
  expect(warningsAbout(twice)[1]).toBe(
    '/dev/sdb has 2 partitions with data: /dev/sdb1 (vfat, "gpj.exe may be written") and /dev/sdb1 (vfat, "gpj.exe may be written")',
  );
});
