import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { driveDocument } from '../../../../src/flash/drives/drive-document.js';
import { driveLines, driveTable } from '../../../../src/flash/drives/drive-table.js';
import { noPermission } from '../../../../src/flash/drives/objection.js';
import { driveIn, drivesIn } from './support.js';

const link = { path: '/dev/disk/by-id/usb-SanDisk_Ultra_4C530001240115-0:0', kernelName: 'sdb' };

describe('the table of the disks', () => {
  it('has what may be written first, and why not for the others', () => {
    const drives = [...drivesIn('nvme'), ...drivesIn('usb-empty', { links: [link] }), ...drivesIn('memory')];
    expect(`\n${driveTable(drives, { width: 120 })}`).toBe(`
/dev/sdb      29.3 GiB   usb   SanDisk Ultra          serial 4C530001240115
  /dev/disk/by-id/usb-SanDisk_Ultra_4C530001240115-0:0
  may be written

/dev/nvme0n1  476.9 GiB  nvme  Samsung SSD 980 500GB  serial S64DNX0T123456
  has nvme0n1p1 vfat "EFI system partition" 512.0 MiB at /boot/efi
  has nvme0n1p2 ext4 460.0 GiB at /
  has nvme0n1p3 swap 16.0 GiB at [SWAP]
  no: /dev/nvme0n1 is a disk of the running system: it has /boot/efi on /dev/nvme0n1p1, / on /dev/nvme0n1p2 and swap on
      /dev/nvme0n1p3 (--allow-system-disk)
  no: the running system has its root on /dev/nvme0n1p2: start from another disk
  no: /dev/nvme0n1p3 is in use as swap, or has a file that is: run swapoff first
  no: /dev/nvme0n1p1 is mounted at /boot/efi (--unmount)
  no: /dev/nvme0n1 is not removable: it may be a disk of this machine (--allow-fixed)
`);
  });

  it('leaves out partitions, mappings, memory, empty loop devices and boot areas, not an empty card reader', () => {
    const paths = (name: string) => driveLines(drivesIn(name)).map((line) => line.split(' ')[0]);
    expect(paths('lvm')).toEqual(['/dev/sda']);
    expect(paths('loop')).toEqual(['/dev/loop1']);
    expect(paths('emmc')).toEqual(['/dev/mmcblk1']);
    expect(paths('memory')).toEqual([]);
    expect(paths('optical')).toEqual(['/dev/sr0']);
    expect(paths('card-reader')).toEqual(['/dev/sdb']);
  });

  it('says so when there is nothing', () => {
    expect(driveTable([], { width: 80 })).toBe('There is no disk on this machine.\n');
  });

  it('follows what the user has allowed', () => {
    const policy = { ...noPermission, unmount: true };
    expect(driveTable(drivesIn('usb-stick'), { width: 80, policy })).toMatch(/^ {2}may be written$/m);
    expect(driveTable(drivesIn('usb-stick'), { width: 80 })).not.toContain('may be written');
  });

  it('names the first six things on a disk', () => {
    const [stick] = drivesIn('usb-stick');
    const uses = Array.from({ length: 9 }, (_, index) => ({ ...stick!.uses[0]!, path: `/dev/sdb${index + 1}` }));
    const text = driveTable([{ ...stick!, uses }], { width: 80 });
    expect(text).toContain('has sdb6 ');
    expect(text).toContain('\n  and 3 more\n');
    expect(text).not.toContain('has sdb7 ');
  });

  it('lets nothing of a label, model or serial number act on the terminal, or look like a line of its own', () => {
    expect(driveTable(drivesIn('hostile'), { width: 80 })).toBe(
      [
        '/dev/sdb  29.3 GiB  usb  SanDisk Ultra  serial 4C53',
        '  has sdb1 vfat "gpj.exe may be written" 29.3 GiB at /media/x /dev/sda',
        '  no: /dev/sdb1 is mounted at /media/x /dev/sda (--unmount)',
        '',
      ].join('\n'),
    );
  });

  it('is never wider than the terminal, as far as words can be broken', () => {
    const drives = [...drivesIn('nvme'), ...drivesIn('luks-root')];
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 200 }), (width) => {
        for (const line of driveTable(drives, { width }).split('\n')) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('ends on a terminal of any width', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), (width) => {
        const squeezed = driveTable(drivesIn('nvme'), { width }).replace(/\s+/g, ' ');
        expect(squeezed).toContain('Samsung SSD 980 500GB');
      }),
      { numRuns: 31 },
    );
  });
});

describe('the document of the disks', () => {
  it('has the words of the disk as they are, with objections and warnings', () => {
    const { drives } = driveDocument([...drivesIn('large'), ...drivesIn('memory')]);
    expect(drives).toHaveLength(1);
    expect(drives[0]).toMatchObject({
      path: '/dev/sdb',
      size: 4000787030016,
      model: 'Elements',
      mayBeWritten: false,
      objections: [
        { code: 'mounted', message: '/dev/sdb1 is mounted at /mnt/one', canBeOverruledBy: '--unmount' },
        { code: 'mounted', message: '/dev/sdb2 is mounted at /mnt/two', canBeOverruledBy: '--unmount' },
      ],
      warnings: [expect.stringContaining('3.64 TiB'), expect.any(String), expect.any(String)],
    });
  });

  it('says what may be written', () => {
    const stick = driveIn('usb-empty', 'sdb');
    expect(driveDocument([stick]).drives[0]).toMatchObject({ mayBeWritten: true, objections: [], warnings: [] });
    expect(driveDocument([stick], { ...noPermission, imageBytes: 1e12 }).drives[0]?.mayBeWritten).toBe(false);
  });
});
