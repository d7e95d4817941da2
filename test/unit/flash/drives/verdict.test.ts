import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ForeignMount } from '../../../../src/effects/mount-table.js';
import { drivesOf } from '../../../../src/flash/drives/drives-of.js';
import { noPermission } from '../../../../src/flash/drives/objection.js';
import { isSystemPath } from '../../../../src/flash/drives/system-paths.js';
import { objectionsTo } from '../../../../src/flash/drives/verdict.js';
import { driveIn, factsWith, objections, sysfsDevice } from './support.js';

const all = { allowSystemDisk: true, allowFixed: true, unmount: true };

describe('what may be written', () => {
  it.each([
    ['an empty USB stick', 'usb-empty', 'sdb'],
    ['a card in an internal reader, which says that it is not removable', 'sd-internal', 'mmcblk0'],
    ['a loop device', 'loop', 'loop1'],
    ['a disk with a closed LUKS volume, which is data', 'luks-closed', 'sdb'],
  ])('%s', (_, name, kernelName) => {
    expect(objections(driveIn(name, kernelName))).toEqual([]);
  });

  it('a stick of an image’s very size, and no smaller one', () => {
    const stick = driveIn('usb-empty', 'sdb');
    expect(objections(stick, { imageBytes: 31457280000 })).toEqual([]);
    expect(objections(stick, { imageBytes: 31457280001, ...all })).toEqual([
      'too-small -: the image has 29.3 GiB (31457280001 bytes), and /dev/sdb 29.3 GiB (31457280000 bytes): 1 B (1 bytes) too little',
    ]);
  });
});

describe('what no option overrules', () => {
  it.each([
    [
      'usb-stick',
      'sdb1',
      'partition -: /dev/sdb1 is a partition of /dev/sdb: an image goes onto the whole disk, /dev/sdb',
    ],
    ['optical', 'sr0', 'not-a-disk -: /dev/sr0 is an optical drive'],
    ['lvm', 'dm-0', 'not-a-disk -: /dev/mapper/vg-root is an LVM volume on /dev/sda2'],
    ['luks-open', 'dm-2', 'not-a-disk -: /dev/mapper/luks-7c1e is an opened encrypted volume on /dev/sdb1'],
    ['md', 'md0', 'not-a-disk -: /dev/md0 is a RAID array on /dev/sda1, /dev/sdb1'],
    ['multipath', 'dm-0', 'not-a-disk -: /dev/mapper/mpatha is a multipath device on /dev/sda, /dev/sdb'],
    ['memory', 'zram0', 'memory -: /dev/zram0 is memory, not a disk'],
    ['memory', 'ram0', 'memory -: /dev/ram0 is memory, not a disk'],
    [
      'emmc',
      'mmcblk1boot0',
      'boot-area -: /dev/mmcblk1boot0 is a boot or protected area of an eMMC chip, not the disk itself',
    ],
    [
      'emmc',
      'mmcblk1boot1',
      'boot-area -: /dev/mmcblk1boot1 is a boot or protected area of an eMMC chip, not the disk itself',
    ],
    [
      'emmc',
      'mmcblk1rpmb',
      'boot-area -: /dev/mmcblk1rpmb is a boot or protected area of an eMMC chip, not the disk itself',
    ],
    [
      'emmc',
      'mmcblk1gp0',
      'boot-area -: /dev/mmcblk1gp0 is a boot or protected area of an eMMC chip, not the disk itself',
    ],
    ['card-reader', 'sdb', 'no-medium -: /dev/sdb has no medium: no card is in it, or its size is 0'],
    ['loop', 'loop2', 'no-medium -: /dev/loop2 has no file behind it'],
    ['loop', 'loop0', 'read-only -: /dev/loop0 is read-only: look for a switch on the card'],
  ])('%s: %s', (name, kernelName, message) => {
    expect(objections(driveIn(name, kernelName), all)).toEqual([message]);
  });

  it('a disk of type "disk" that is made of others', () => {
    const node = (name: string) => ({ name, 'maj:min': '8:0', type: 'disk', size: 1, rm: true });
    const text = JSON.stringify({
      blockdevices: [{ ...node('sdb'), children: [node('xyz0'), node('bcache0'), node('drbd0')] }],
    });
    const [, ...made] = drivesOf(factsWith(text));
    expect(made.flatMap((drive) => objections(drive, all))).toEqual([
      'not-a-disk -: /dev/xyz0 is made of other devices on /dev/sdb',
      'not-a-disk -: /dev/bcache0 is a bcache volume on /dev/sdb',
      'not-a-disk -: /dev/drbd0 is a DRBD volume on /dev/sdb',
    ]);
  });

  it('a mount of another namespace', () => {
    const foreign: ForeignMount = {
      majorMinor: '8:17',
      mountpoint: '/data',
      fsType: 'vfat',
      source: '/dev/sdb1',
      pid: 42,
      command: 'box\u001b[m',
    };
    const text = JSON.stringify({
      blockdevices: [
        {
          name: 'sdb',
          'maj:min': '8:16',
          type: 'disk',
          size: 9,
          rm: true,
          children: [{ name: 'sdb1', 'maj:min': '8:17', type: 'part' }],
        },
      ],
    });
    const [drive] = drivesOf(factsWith(text, { foreignMounts: [foreign] }));
    expect(objections(drive!, all)).toEqual([
      'in-use -: /dev/sdb1 is mounted at /data for process 42 (box), where otb cannot unmount it: end that first',
    ]);
  });
});

describe('the system disk', () => {
  it('is the one with /, /boot/efi and swap', () => {
    expect(objections(driveIn('nvme', 'nvme0n1'))).toEqual([
      'system-disk --allow-system-disk: /dev/nvme0n1 is a disk of the running system: it has /boot/efi on /dev/nvme0n1p1, / on /dev/nvme0n1p2 and swap on /dev/nvme0n1p3',
      'in-use -: the running system has its root on /dev/nvme0n1p2: start from another disk',
      'in-use -: /dev/nvme0n1p3 is in use as swap, or has a file that is: run swapoff first',
      'mounted --unmount: /dev/nvme0n1p1 is mounted at /boot/efi',
      'fixed --allow-fixed: /dev/nvme0n1 is not removable: it may be a disk of this machine',
    ]);
  });

  it('is found through LVM', () => {
    expect(objections(driveIn('lvm', 'sda'))).toEqual([
      'system-disk --allow-system-disk: /dev/sda is a disk of the running system: it has /boot on /dev/sda1, / on /dev/mapper/vg-root and /home on /dev/mapper/vg-home',
      'member --allow-system-disk: /dev/sda2 belongs to LVM, in use by /dev/mapper/vg-root and /dev/mapper/vg-home',
      'in-use -: /dev/mapper/vg-root is active on /dev/sda2: deactivate it first (vgchange --activate n)',
      'in-use -: /dev/mapper/vg-home is active on /dev/sda2: deactivate it first (vgchange --activate n)',
      'in-use -: the running system has its root on /dev/mapper/vg-root: start from another disk',
      'mounted --unmount: /dev/sda1 is mounted at /boot',
      'mounted --unmount: /dev/mapper/vg-home is mounted at /home',
      'fixed --allow-fixed: /dev/sda is not removable: it may be a disk of this machine',
    ]);
  });

  it('is found through LUKS with LVM in it', () => {
    expect(objections(driveIn('luks-root', 'sda'))).toEqual([
      'system-disk --allow-system-disk: /dev/sda is a disk of the running system: it has /usr on /dev/mapper/vg-usr and swap on /dev/mapper/vg-swap',
      'member --allow-system-disk: /dev/sda1 is encrypted, and open as /dev/mapper/sda1_crypt',
      'member --allow-system-disk: /dev/mapper/sda1_crypt belongs to LVM, in use by /dev/mapper/vg-usr and /dev/mapper/vg-swap',
      'in-use -: /dev/mapper/sda1_crypt is active on /dev/sda1: close it first (cryptsetup close)',
      'in-use -: /dev/mapper/vg-usr is active on /dev/mapper/sda1_crypt: deactivate it first (vgchange --activate n)',
      'in-use -: /dev/mapper/vg-swap is active on /dev/mapper/sda1_crypt: deactivate it first (vgchange --activate n)',
      'in-use -: /dev/mapper/vg-swap is in use as swap, or has a file that is: run swapoff first',
      'mounted --unmount: /dev/mapper/vg-usr is mounted at /usr',
      'fixed --allow-fixed: /dev/sda is not removable: it may be a disk of this machine',
    ]);
  });

  it('is each disk of an array', () => {
    for (const name of ['sda', 'sdb']) {
      expect(objections(driveIn('md', name), { allowFixed: true, unmount: true })).toEqual([
        `member --allow-system-disk: /dev/${name}1 belongs to a RAID array, in use by /dev/md0`,
        `in-use -: /dev/md0 is active on /dev/${name}1: stop it first (mdadm --stop)`,
      ]);
    }
  });

  it('is the second disk of a btrfs that has /home', () => {
    const btrfs = [{ uuid: 'aa-bb', kernelNames: ['sda', 'sdb'] }];
    expect(objections(driveIn('btrfs', 'sdb', { btrfs }), { allowFixed: true })).toEqual([
      'system-disk --allow-system-disk: /dev/sdb is a disk of the running system: it has /home on /dev/sdb',
      'mounted --unmount: /dev/sdb is mounted at /home',
    ]);
  });

  it('is told in short when very much is mounted from it', () => {
    const mounts = Array.from({ length: 9 }, (_, index) => ({
      majorMinor: '8:17',
      mountpoint: `/etc/${index}`,
      fsType: 'vfat',
      source: 'x',
    }));
    expect(objections(driveIn('usb-stick', 'sdb', { mounts }), { unmount: true })).toEqual([
      'system-disk --allow-system-disk: /dev/sdb is a disk of the running system: it has /etc/0 on /dev/sdb1, /etc/1 on /dev/sdb1, /etc/2 on /dev/sdb1, /etc/3 on /dev/sdb1, /etc/4 on /dev/sdb1 and 4 more',
    ]);
  });

  it('is one that another namespace has as its system', () => {
    const foreignMounts = [
      { majorMinor: '8:32', mountpoint: '/', fsType: 'ext4', source: '/dev/sdc', pid: 1, command: 'init' },
    ];
    const text = JSON.stringify({
      blockdevices: [{ name: 'sdc', 'maj:min': '8:32', type: 'disk', size: 9, rm: true }],
    });
    expect(objectionsTo(drivesOf(factsWith(text, { foreignMounts }))[0]!, noPermission)[0]).toEqual({
      code: 'system-disk',
      message: '/dev/sdc is a disk of the running system: it has / on /dev/sdc',
      canBeOverruledBy: '--allow-system-disk',
    });
  });

  it.each([
    '/',
    '/boot',
    '/boot/efi',
    '/usr',
    '/usr/lib',
    '/var',
    '/var/lib/docker',
    '/home',
    '/home/anna',
    '/etc/hosts',
    '[SWAP]',
    '/cdrom',
    '/run/live/medium',
  ])('has %s', (path) => {
    expect(isSystemPath(path)).toBe(true);
  });

  it.each([
    '/mnt',
    '/media/anna/boot',
    '/run/media/anna/x',
    '/home/anna/stick',
    '/variety',
    '/bootx',
    '/tmp/x',
    '/usrx',
  ])('does not have %s', (path) => {
    expect(isSystemPath(path)).toBe(false);
  });
});

describe('a part of something larger', () => {
  it('is refused when it is not in use, too, as far as the signature is of LVM, RAID or ZFS', () => {
    expect(objections(driveIn('lvm-inactive', 'sdc'))).toEqual([
      'member --allow-system-disk: /dev/sdc1 belongs to LVM, and other disks may need it',
    ]);
    expect(objections(driveIn('zfs', 'sdd'))).toEqual([
      'member --allow-system-disk: /dev/sdd1 belongs to a ZFS pool, and other disks may need it',
    ]);
    expect(objections(driveIn('zfs', 'sdd'), { allowSystemDisk: true })).toEqual([]);
  });

  it('is known by what blkid finds where lsblk knows nothing', () => {
    const signatures = [{ path: '/dev/sdb', fsType: 'LVM2_member', label: 'l', partLabel: undefined }];
    const stick = driveIn('usb-empty', 'sdb', { signatures });
    expect(stick.uses).toMatchObject([{ path: '/dev/sdb', fsType: 'LVM2_member', label: 'l' }]);
    expect(objections(stick)).toEqual([
      'member --allow-system-disk: /dev/sdb belongs to LVM, and other disks may need it',
    ]);
    const other = [{ path: '/dev/sdb1', fsType: 'ext4', label: undefined, partLabel: undefined }];
    expect(driveIn('usb-stick', 'sdb', { signatures: other }).uses[0]?.fsType).toBe('vfat');
  });

  it.each([
    ['LVM1_member', 'LVM'],
    ['linux_raid_member', 'a RAID array'],
    ['isw_raid_member', 'a RAID array'],
    ['bcache', 'bcache'],
    ['mpath_member', 'a multipath device'],
    ['multipath_member', 'a multipath device'],
    ['drbd', 'DRBD'],
    ['ceph_bluestore', 'Ceph'],
  ])('is known by %s', (fstype, family) => {
    const text = JSON.stringify({
      blockdevices: [{ name: 'sdb', 'maj:min': '8:16', type: 'disk', size: 9, rm: true, fstype }],
    });
    expect(objections(drivesOf(factsWith(text))[0]!)).toEqual([
      `member --allow-system-disk: /dev/sdb belongs to ${family}, and other disks may need it`,
    ]);
  });

  it('is an open LUKS volume', () => {
    expect(objections(driveIn('luks-open', 'sdb'))).toEqual([
      'member --allow-system-disk: /dev/sdb1 is encrypted, and open as /dev/mapper/luks-7c1e',
      'in-use -: /dev/mapper/luks-7c1e is active on /dev/sdb1: close it first (cryptsetup close)',
      'mounted --unmount: /dev/mapper/luks-7c1e is mounted at /media/anna/vault',
    ]);
  });

  it('is each path of a multipath disk', () => {
    for (const name of ['sda', 'sdb']) {
      expect(objections(driveIn('multipath', name), { allowFixed: true })).toEqual([
        `member --allow-system-disk: /dev/${name} belongs to a multipath device, in use by /dev/mapper/mpatha`,
        `in-use -: /dev/mapper/mpatha is active on /dev/${name}: it is another way to the same disk (multipath -f)`,
        'mounted --unmount: /dev/mapper/mpatha1 is mounted at /data',
      ]);
    }
  });

  it('is what something without a known signature holds', () => {
    const sysfs = [sysfsDevice('sdb', { holders: ['xyz1'] })];
    expect(objections(driveIn('usb-empty', 'sdb', { sysfs }))).toEqual([
      'member --allow-system-disk: /dev/sdb is a part of /dev/xyz1',
      'in-use -: /dev/xyz1 is active on /dev/sdb: take it out of use first',
    ]);
  });

  it('is a disk of a btrfs that is mounted out of sight', () => {
    const btrfs = [{ uuid: 'cc-dd', kernelNames: ['sdb'] }];
    expect(objections(driveIn('btrfs', 'sdb', { btrfs }), { allowFixed: true })).toEqual([
      'member --allow-system-disk: /dev/sdb is a part of the mounted btrfs cc-dd',
      'in-use -: /dev/sdb is in use by the mounted btrfs cc-dd: unmount it first',
    ]);
  });

  it('is not the disk that has the file of a loop device; that is in use only', () => {
    const mounts = [{ majorMinor: '8:17', mountpoint: '/media/anna/PHOTOS', fsType: 'vfat', source: '/dev/sdb1' }];
    const sysfs = [sysfsDevice('loop1', { backingFile: '/media/anna/PHOTOS/\u001b[1mx' })];
    const text = JSON.stringify({
      blockdevices: [
        {
          name: 'sdb',
          'maj:min': '8:16',
          type: 'disk',
          size: 9,
          rm: true,
          children: [{ name: 'sdb1', 'maj:min': '8:17', type: 'part' }],
        },
        { name: 'loop1', 'maj:min': '7:1', type: 'loop', size: 9 },
      ],
    });
    const [disk, , loop] = drivesOf(factsWith(text, { mounts, sysfs }));
    expect(objections(disk!)).toEqual([
      'in-use -: /dev/loop1 uses the file /media/anna/PHOTOS/x on /dev/sdb1: detach it first (losetup --detach /dev/loop1)',
      'mounted --unmount: /dev/sdb1 is mounted at /media/anna/PHOTOS',
    ]);
    expect(objections(loop!)).toEqual([]);
  });
});

describe('what an option overrules', () => {
  it('a mount', () => {
    const stick = driveIn('usb-stick', 'sdb');
    expect(objections(stick)).toEqual(['mounted --unmount: /dev/sdb1 is mounted at /media/anna/PHOTOS']);
    expect(objections(stick, { allowSystemDisk: true, allowFixed: true })).toHaveLength(1);
    expect(objections(stick, { unmount: true })).toEqual([]);
  });

  it('a disk that stays in the machine', () => {
    const disk = driveIn('nvme-data', 'nvme1n1');
    expect(objections(disk, { allowSystemDisk: true, unmount: true })).toEqual([
      'fixed --allow-fixed: /dev/nvme1n1 is not removable: it may be a disk of this machine',
    ]);
    expect(objections(disk, { allowFixed: true })).toEqual([]);
  });

  it.each([[{ rm: true }], [{ hotplug: true }], [{ tran: 'usb' }], [{ tran: 'mmc' }]])('%j is removable', (words) => {
    const text = JSON.stringify({
      blockdevices: [{ name: 'sdb', 'maj:min': '8:16', type: 'disk', size: 9, ...words }],
    });
    expect(objections(drivesOf(factsWith(text))[0]!)).toEqual([]);
  });

  it('prints nothing of a mountpoint that a terminal acts on', () => {
    expect(objections(driveIn('hostile', 'sdb'))).toEqual([
      'mounted --unmount: /dev/sdb1 is mounted at /media/x /dev/sda',
    ]);
  });
});

describe('any tree of devices', () => {
  const systemPath = fc.constantFrom('/', '/boot', '/boot/efi', '/usr', '/var', '/home', '[SWAP]');
  const type = fc.constantFrom('part', 'lvm', 'crypt', 'raid1', 'dm', 'mpath', 'disk');
  const tree = fc.tuple(fc.array(type, { maxLength: 6 }), systemPath, fc.array(type, { maxLength: 2 }));

  /** A disk, a chain of devices on it, the system at its end, and others beside each link of the chain. */
  function nest(types: readonly string[], mountpoint: string, beside: readonly string[], depth = 0): object {
    const [first, ...rest] = types;
    const name = `x${depth}`;
    const own = {
      name,
      'maj:min': `9:${depth}`,
      type: depth === 0 ? 'disk' : (first ?? 'part'),
      size: 1000,
      rm: true,
      tran: 'usb',
    };
    const others = beside.map((word, index) => ({
      name: `y${depth}.${index}`,
      'maj:min': `10:${depth * 9 + index}`,
      type: word,
    }));
    if (depth > 0 && rest.length === 0) return { ...own, mountpoints: [null, '/mnt/x', mountpoint] };
    return { ...own, children: [...others, nest(depth === 0 ? types : rest, mountpoint, beside, depth + 1)] };
  }

  it('with the system anywhere below a disk is objected to, whatever else is allowed', () => {
    fc.assert(
      fc.property(tree, ([types, mountpoint, beside]) => {
        const text = JSON.stringify({ blockdevices: [nest(types, mountpoint, beside)] });
        const [disk] = drivesOf(factsWith(text));
        const found = objectionsTo(disk!, { allowSystemDisk: false, allowFixed: true, unmount: true });
        expect(found[0]).toMatchObject({ code: 'system-disk', canBeOverruledBy: '--allow-system-disk' });
      }),
    );
  });

  it('is objected to as well when only mountinfo knows of the mount', () => {
    fc.assert(
      fc.property(tree, ([types, mountpoint, beside]) => {
        fc.pre(mountpoint !== '[SWAP]');
        const text = JSON.stringify({ blockdevices: [nest(types, '/mnt/y', beside)] });
        const last = Math.max(types.length, 1);
        const mounts = [{ majorMinor: `9:${last}`, mountpoint, fsType: 'ext4', source: 'x' }];
        const [disk] = drivesOf(factsWith(text, { mounts }));
        expect(objectionsTo(disk!, noPermission)[0]?.code).toBe('system-disk');
      }),
    );
  });
});
