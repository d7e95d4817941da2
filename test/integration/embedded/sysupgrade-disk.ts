import { closeSync, copyFileSync, existsSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { execa } from 'execa';

const sector = 512;
const bootStart = 2048;
const bootSectors = 8 * 2048;
const rootStart = bootStart + bootSectors;

/** A disk as the embedded tree's images are: a DOS partition table, an ext4 `kernel`, an ext4 `rootfs`. */
export interface DiskOptions {
  /** What the root partition contains; without it the partition is empty. */
  root?: string;
  rootMib?: number;
  bootLabel?: string;
}

/** Writes such a disk into `file`, with the help of e2fsprogs. */
export async function makeDisk(file: string, { root, rootMib = 4, bootLabel = 'kernel' }: DiskOptions): Promise<void> {
  const rootSectors = rootMib * 2048;
  await makeExt4(`${file}.boot`, bootSectors, bootLabel);
  await makeExt4(`${file}.root`, rootSectors, 'rootfs', root);
  writeFileSync(file, partitionTable([bootStart, bootSectors], [rootStart, rootSectors]));
  truncateSync(file, (rootStart + rootSectors) * sector);
  await execa('dd', [`if=${file}.boot`, `of=${file}`, 'bs=512', `seek=${String(bootStart)}`, 'conv=notrunc,sparse']);
  await execa('dd', [`if=${file}.root`, `of=${file}`, 'bs=512', `seek=${String(rootStart)}`, 'conv=notrunc,sparse']);
  await execa('rm', ['-f', `${file}.boot`, `${file}.root`]);
}

async function makeExt4(file: string, sectors: number, label: string, from?: string): Promise<void> {
  writeFileSync(file, '');
  truncateSync(file, sectors * sector);
  await execa('mke2fs', ['-q', '-F', '-t', 'ext4', '-L', label, ...(from === undefined ? [] : ['-d', from]), file]);
}

function partitionTable(...partitions: [start: number, sectors: number][]): Buffer {
  const block = Buffer.alloc(sector);
  partitions.forEach(([start, sectors], index) => {
    const entry = 446 + index * 16;
    block[entry + 4] = 0x83;
    block.writeUInt32LE(start, entry + 8);
    block.writeUInt32LE(sectors, entry + 12);
  });
  block.writeUInt16BE(0x55aa, 510);
  return block;
}

/** Compresses a disk, and returns the path of the .gz. */
export async function compressed(disk: string): Promise<string> {
  await execa('gzip', ['-1', '-n', '-k', '-f', disk]);
  return `${disk}.gz`;
}

/** A copy with the trailer that OpenWrt's fwtool appends: metadata, then its 16 bytes. */
export function withTrailer(image: string): string {
  const copy = `${image}.signed`;
  copyFileSync(image, copy);
  const data = Buffer.concat([Buffer.alloc(8), Buffer.from('{"metadata_version":"1.1","version":{"board":"64"}}')]);
  const trailer = Buffer.alloc(16);
  trailer.writeUInt32BE(0x46577830, 0);
  trailer[8] = 1;
  trailer.writeUInt32BE(data.length + 16, 12);
  const file = openSync(copy, 'a');
  writeSync(file, Buffer.concat([data, trailer]));
  closeSync(file);
  return copy;
}

/** A loop device with partitions, for as long as `use` takes. */
export async function withLoop<T>(disk: string, use: (device: string) => Promise<T>): Promise<T> {
  const { stdout: device } = await execa('losetup', ['--find', '--show', '--partscan', disk]);
  try {
    // A kernel without DOS partitions of its own is told of them.
    if (!existsSync(`${device}p2`)) await execa('partx', ['--add', device]);
    return await use(device);
  } finally {
    await execa('losetup', ['--detach', device], { reject: false });
  }
}
