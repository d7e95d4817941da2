import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { existsSync, fsyncSync, readSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, it } from 'vitest';
import { planExpansion } from '../../../src/flash/table/expand.js';
import { ext4Bytes, fileSystemOf } from '../../../src/flash/table/file-system.js';
import { moveBackup } from '../../../src/flash/table/move-backup.js';
import { partitionsOf } from '../../../src/flash/table/partition-list.js';
import { staleGptWrites } from '../../../src/flash/table/stale-gpt.js';
import type { TableWrite } from '../../../src/flash/table/table-write.js';
import { describeWith, itWith, program, root } from '../../support/needs.js';

const mib = 2 ** 20;
const directory = mkdtempSync(join(tmpdir(), 'otb-table-'));
const path = (name: string) => join(directory, name);
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** What a program prints; its exit status does not matter where the words tell more. */
async function words(file: string, ...args: string[]): Promise<string> {
  const env = { LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
  return (await execa(file, args, { all: true, reject: false, env })).all;
}

async function run(file: string, ...args: string[]): Promise<string> {
  const env = { LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
  return (await execa(file, args, { all: true, env })).all;
}

function read(file: string, offset: number, length: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
  } finally {
    closeSync(descriptor);
  }
}

function write(file: string, writes: readonly TableWrite[]): void {
  const descriptor = openSync(file, 'r+');
  try {
    for (const { offset, bytes } of writes) writeSync(descriptor, bytes, 0, bytes.length, offset);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const headOf = (file: string) => read(file, 0, 65_536);
const tailOf = (file: string, bytes: number) => read(file, bytes - mib, mib);

function emptyDisk(name: string, bytes: number): string {
  rmSync(path(name), { force: true });
  writeFileSync(path(name), '');
  truncateSync(path(name), bytes);
  return path(name);
}

/** A larger disk that begins with the image. */
function diskWith(image: string, bytes: number): string {
  const disk = `${image}.disk`;
  cpSync(image, disk);
  truncateSync(disk, bytes);
  return disk;
}

/** A loop device with its partitions, for as long as `use` takes. */
async function withLoop<T>(file: string, use: (device: string) => Promise<T>, sectorSize = 512): Promise<T> {
  const device = await run('losetup', '--find', '--show', '--partscan', '--sector-size', String(sectorSize), file);
  try {
    // A kernel that reads no partition tables itself is told of them.
    if (!existsSync(`${device}p1`)) await words('partx', '--add', device);
    return await use(device);
  } finally {
    await words('partx', '--delete', device);
    await words('losetup', '--detach', device);
  }
}

/** First sector and size of a partition in sectors of 512 bytes, as the kernel has them. */
function kernelView(device: string, number: number): [start: number, size: number] {
  const facts = `/sys/class/block/${basename(device)}p${number}`;
  return [Number(readFileSync(`${facts}/start`, 'utf8')), Number(readFileSync(`${facts}/size`, 'utf8'))];
}

const tools = ['sgdisk', 'sfdisk', 'losetup', 'partx'].map(program);
const healthy = 'No problems found.';

interface GptCase {
  name: string;
  imageBytes: number;
  diskBytes: number;
  sgdisk: string[];
  numbers: number[];
}

const linux = (number: number, place: string) => ['-n', `${number}:${place}`, '-t', `${number}:8300`];
const gptCases: GptCase[] = [
  {
    name: 'two partitions, and a disk much larger',
    imageBytes: 40 * mib,
    diskBytes: 3000 * mib,
    sgdisk: ['-n', '1:2048:+16M', '-t', '1:ef00', '-c', '1:kernel', ...linux(2, '0:0'), '-c', '2:rootfs'],
    numbers: [1, 2],
  },
  {
    name: 'odd places and sizes, and a disk one sector larger',
    imageBytes: 20 * mib + 512 * 7,
    diskBytes: 20 * mib + 512 * 8,
    sgdisk: ['-a', '1', ...linux(3, '35:+1001'), ...linux(1, '5000:+3'), ...linux(9, '0:0'), '-A', '9:set:2'],
    numbers: [1, 3, 9],
  },
  {
    name: "OpenWrt's numbers and more entries, and a disk of an odd size",
    imageBytes: 120 * mib,
    diskBytes: 200 * mib + 512 * 12_345,
    sgdisk: [
      '-S',
      '256',
      '-a',
      '1',
      '-n',
      '128:66:511',
      '-t',
      '128:ef02',
      ...linux(1, '512:33279'),
      ...linux(2, '33280:0'),
    ],
    numbers: [1, 2, 128],
  },
];

describeWith([root, ...tools], 'the GPT of an image on a larger disk', () => {
  async function madeImage({ imageBytes, sgdisk }: GptCase): Promise<string> {
    const image = emptyDisk('gpt.img', imageBytes);
    await run('sgdisk', ...sgdisk, image);
    expect(await words('sgdisk', '-v', image)).toContain(healthy);
    return image;
  }

  async function identities(disk: string, numbers: readonly number[]): Promise<string[]> {
    const partitions = await Promise.all(numbers.map((number) => words('sgdisk', '-i', String(number), disk)));
    const guid = /Disk identifier \(GUID\): .*/.exec(await words('sgdisk', '-p', disk));
    return [...partitions, String(guid)];
  }

  /** As OpenWrt writes images: the second copy is missing. */
  function withoutBackup(image: string, bytes: number): void {
    truncateSync(image, bytes - 33 * 512);
  }

  for (const one of gptCases) {
    it(`is whole again: ${one.name}`, async () => {
      const image = await madeImage(one);
      const before = await identities(image, one.numbers);
      const disk = diskWith(image, one.diskBytes);
      expect(await words('sgdisk', '-v', disk)).toMatch(/Identified \d+ problems/);
      write(disk, moveBackup(headOf(disk), one.diskBytes, 512, tailOf(disk, one.diskBytes)));
      expect(await words('sgdisk', '-v', disk)).toContain(healthy);
      expect(await words('sfdisk', '--verify', disk)).toContain('No errors detected.');
      expect(await identities(disk, one.numbers)).toEqual(before);
      expect(moveBackup(headOf(disk), one.diskBytes, 512, tailOf(disk, one.diskBytes))).toEqual([]);
      expect(statSync(disk).size).toBe(one.diskBytes);
    });
  }

  it('is what `sgdisk -e` makes of it', async () => {
    const image = await madeImage(gptCases[0]!);
    const disk = diskWith(image, 100 * mib);
    cpSync(disk, path('theirs'));
    await run('sgdisk', '-e', path('theirs'));
    write(disk, moveBackup(headOf(disk), 100 * mib, 512));
    const theirs = headOf(path('theirs'));
    // It also sets the protective entry's end in cylinders, heads and sectors, which nothing reads.
    headOf(disk).copy(theirs, 451, 451, 454);
    expect(headOf(disk).equals(theirs)).toBe(true);
    expect(tailOf(disk, 100 * mib).equals(tailOf(path('theirs'), 100 * mib))).toBe(true);
  });

  it.each([40 * mib, 64 * mib])('gets a second copy where the image has none, on a disk of %i bytes', async (bytes) => {
    const image = await madeImage(gptCases[0]!);
    const before = await identities(image, [1, 2]);
    withoutBackup(image, 40 * mib);
    const disk = diskWith(image, bytes);
    expect(await words('sgdisk', '-v', disk)).not.toContain(healthy);
    write(disk, moveBackup(headOf(disk), bytes, 512, tailOf(disk, bytes)));
    expect(await words('sgdisk', '-v', disk)).toContain(healthy);
    expect(await identities(disk, [1, 2])).toEqual(before);
  });

  it('survives the loss of its first copy', async () => {
    const image = await madeImage(gptCases[0]!);
    const before = await identities(image, [1, 2]);
    const disk = diskWith(image, 64 * mib);
    write(disk, moveBackup(headOf(disk), 64 * mib, 512));
    write(disk, [{ offset: 512, bytes: Buffer.alloc(33 * 512), what: 'damage' }]);
    await run('sgdisk', '-e', disk);
    expect(await identities(disk, [1, 2])).toEqual(before);
  });

  it('is right on a block device, and the kernel has the partitions', async () => {
    const image = await madeImage(gptCases[2]!);
    const wanted = partitionsOf(headOf(image), 512);
    const bytes = 256 * mib;
    await withLoop(diskWith(image, bytes), async (device) => {
      expect(await words('sgdisk', '-v', device)).not.toContain(healthy);
      write(device, moveBackup(headOf(device), bytes, 512));
      expect(await words('sgdisk', '-v', device)).toContain(healthy);
    });
    await withLoop(`${image}.disk`, (device) => {
      expect(wanted.map(({ number }) => kernelView(device, number))).toEqual(
        wanted.map(({ startByte, byteLength }) => [startByte / 512, byteLength / 512]),
      );
      return Promise.resolve();
    });
  });

  it('is right on a disk with sectors of 4096 bytes, and refused where they differ', async () => {
    const image = emptyDisk('native.img', 40 * mib);
    await withLoop(image, (device) => run('sgdisk', ...linux(1, '256:+8M'), ...linux(2, '0:0'), device), 4096);
    expect(() => moveBackup(headOf(image), 64 * mib, 512)).toThrow('sectors of 4096 bytes, and this one has 512');
    const disk = diskWith(image, 64 * mib);
    const wanted = partitionsOf(headOf(disk), 4096);
    await withLoop(
      disk,
      async (device) => {
        expect(await words('sgdisk', '-v', device)).not.toContain(healthy);
        write(device, moveBackup(headOf(device), 64 * mib, 4096));
        expect(await words('sgdisk', '-v', device)).toContain(healthy);
        expect(wanted.map(({ number }) => kernelView(device, number))).toEqual(
          wanted.map(({ startByte, byteLength }) => [startByte / 512, byteLength / 512]),
        );
      },
      4096,
    );
  });
});

describeWith([program('sgdisk'), program('sfdisk'), program('wipefs')], 'the GPT that a disk had before', () => {
  const bytes = 64 * mib;

  it('is gone from beside an MBR, and the MBR stays', async () => {
    const image = emptyDisk('mbr.img', 8 * mib);
    await execa('sfdisk', [image], { input: 'label: dos\n2048,4096,83,*\n8192,,83\n' });
    const disk = emptyDisk('used.disk', bytes);
    await run('sgdisk', ...linux(1, '0:+5M'), ...linux(2, '0:0'), disk);
    const [diskHead, diskTail] = [headOf(disk), tailOf(disk, bytes)];
    write(disk, [{ offset: 0, bytes: read(image, 0, 512), what: 'all of the image that is not empty' }]);
    expect((await words('wipefs', disk)).match(/\b(?:dos|gpt)\b/g)).toEqual(['dos', 'gpt', 'gpt']);
    const facts = {
      imageHead: headOf(image),
      imageBytes: 8 * mib,
      diskHead,
      diskTail,
      diskBytes: bytes,
      sectorSize: 512,
    };
    write(disk, staleGptWrites(facts));
    expect((await words('wipefs', disk)).match(/\b(?:dos|gpt)\b/g)).toEqual(['dos']);
    expect(headOf(disk).includes('EFI PART') || tailOf(disk, bytes).includes('EFI PART')).toBe(false);
    const table = async (file: string) => (await run('sfdisk', '--dump', file)).replaceAll(file, '');
    expect(await table(disk)).toBe(await table(image));
    expect(staleGptWrites({ ...facts, diskHead: headOf(disk), diskTail: tailOf(disk, bytes) })).toEqual([]);
  });
});

const ext4Tools = ['mkfs.ext4', 'e2fsck', 'resize2fs', 'dumpe2fs'].map(program);

describeWith([root, ...tools, ...ext4Tools], 'the root partition of an image on a larger disk', () => {
  const start = 17 * mib;
  const rootBytes = 24 * mib;

  async function withRoot(name: string, table: (image: string) => Promise<unknown>): Promise<string> {
    const image = emptyDisk(name, start + rootBytes + mib);
    await table(image);
    mkdirSync(path('content'), { recursive: true });
    writeFileSync(path('content/kept'), 'what the image holds\n');
    const place = ['-E', `offset=${start}`, '-d', path('content'), image, `${rootBytes / 1024}k`];
    await run('mkfs.ext4', '-q', '-F', '-b', '4096', ...place);
    return image;
  }

  function grown(disk: string, bytes: number): void {
    const plan = planExpansion(headOf(disk), bytes, 512);
    if ('reason' in plan) throw new Error(plan.reason);
    expect(plan).toMatchObject({ partition: 2, firstSector: start / 512 });
    write(disk, plan.writes);
    const [, last] = partitionsOf(headOf(disk), 512);
    expect(last).toMatchObject({ startByte: start, byteLength: plan.newSectorCount * 512 });
    expect(planExpansion(headOf(disk), bytes, 512)).toEqual({ reason: 'partition 2 ends where the disk does' });
  }

  async function resized(device: string): Promise<void> {
    expect(fileSystemOf(read(`${device}p2`, 0, 4096))).toBe('ext4');
    expect(ext4Bytes(read(`${device}p2`, 0, 4096))).toBe(rootBytes);
    await run('e2fsck', '-f', '-p', `${device}p2`);
    await run('resize2fs', `${device}p2`);
    await run('e2fsck', '-f', '-n', `${device}p2`);
    expect(await words('debugfs', '-R', 'cat /kept', `${device}p2`)).toContain('what the image holds');
  }

  const mbr = (image: string) =>
    execa('sfdisk', [image], {
      input: `label: dos\nstart=2048,size=32768,type=83,bootable\nstart=${start / 512},size=${rootBytes / 512},type=83\n`,
    });
  const gpt = (image: string) =>
    run('sgdisk', ...linux(1, '2048:+16M'), ...linux(2, `${start / 512}:${(start + rootBytes) / 512 - 1}`), image);

  for (const [name, table, bytes, end] of [
    ['MBR', mbr, 300 * mib + 512 * 77, 300 * mib],
    ['GPT', gpt, 300 * mib + 512 * 77, 300 * mib],
    ['GPT', gpt, 100 * mib, 99 * mib],
  ] as const) {
    it(`grows with its file system to the end of ${bytes} bytes (${name})`, async () => {
      const disk = diskWith(await withRoot(`${name}.img`, table), bytes);
      grown(disk, bytes);
      if (name === 'GPT') expect(await words('sgdisk', '-v', disk)).toContain(healthy);
      expect(await words('sfdisk', '--verify', disk)).toContain('No errors detected.');
      await withLoop(disk, async (device) => {
        expect(kernelView(device, 2)).toEqual([start / 512, (end - start) / 512]);
        await resized(device);
        expect(ext4Bytes(read(`${device}p2`, 0, 4096))).toBe(end - start);
        const blocks = /Block count: +(\d+)/.exec(await run('dumpe2fs', '-h', `${device}p2`));
        expect(Number(blocks?.[1]) * 4096).toBe(end - start);
      });
    });
  }

  it('stays as it is where the table is not grown', async () => {
    await withLoop(diskWith(await withRoot('MBR.img', mbr), 300 * mib), async (device) => {
      await resized(device);
      expect(ext4Bytes(read(`${device}p2`, 0, 4096))).toBe(rootBytes);
    });
  });
});

describeWith([], 'the file system in a partition', () => {
  for (const [kind, file, ...args] of [
    ['ext4', 'mkfs.ext4', '-q', '-F'],
    ['ext4', 'mke2fs', '-q', '-F', '-t', 'ext2', '-b', '1024'],
    ['vfat', 'mkfs.vfat', '-F', '12'],
    ['vfat', 'mkfs.vfat', '-F', '16'],
    ['vfat', 'mkfs.vfat', '-F', '32'],
    ['f2fs', 'mkfs.f2fs', '-q', '-f'],
    ['swap', 'mkswap'],
  ] as const) {
    itWith([program(file)], `is recognised: ${[file, ...args].join(' ')}`, async () => {
      const partition = emptyDisk('partition', 64 * mib);
      expect(fileSystemOf(read(partition, 0, 4096))).toBe('unknown');
      await run(file, ...args, partition);
      expect(fileSystemOf(read(partition, 0, 4096))).toBe(kind);
      expect(ext4Bytes(read(partition, 0, 4096))).toBe(kind === 'ext4' ? 64 * mib : undefined);
    });
  }

  itWith([program('mksquashfs')], 'is recognised: mksquashfs', async () => {
    mkdirSync(path('tree'), { recursive: true });
    writeFileSync(path('tree/file'), 'x');
    await run('mksquashfs', path('tree'), path('root.squashfs'), '-noappend', '-quiet');
    expect(fileSystemOf(read(path('root.squashfs'), 0, 4096))).toBe('squashfs');
  });
});
