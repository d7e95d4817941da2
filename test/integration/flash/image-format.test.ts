import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { detectFormat } from '../../../src/flash/image/format.js';
import { readTrailers } from '../../../src/flash/image/fwtool.js';
import { readGzipHeader, readGzipTrailer, sizeHint } from '../../../src/flash/image/gzip.js';
import { extentsOf, parseVdi } from '../../../src/flash/image/vdi.js';
import { describeWith, itWith, program } from '../../support/needs.js';
import { memoryFile } from '../../unit/flash/image/memory-file.js';

const MiB = 1024 * 1024;
const directory = mkdtempSync(join(tmpdir(), 'otb-image-format-'));
const path = (name: string) => join(directory, name);
const read = (name: string) => readFileSync(path(name));
const run = (file: string, ...args: string[]) => execa(file, args, { cwd: directory });

// Half a block at the end, and blocks of zeros in the middle.
const disk = Buffer.alloc(5.5 * MiB);
disk.writeUInt16BE(0x55aa, 510);
disk.write('the second block', 1.5 * MiB);
disk.write('the last one', 5.5 * MiB - 12);
writeFileSync(path('disk.img'), disk);
utimesSync(path('disk.img'), 1_700_000_000, 1_700_000_000);

afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** What a program made out of the disk, told from its beginning under a name that says nothing. */
const formatOf = (name: string, allowAny = false) => detectFormat(read(name).subarray(0, 65536), 'file', { allowAny });

describe('what programs make of a disk', () => {
  itWith([program('gzip')], 'gzip: the name, the time, the body, and what it must give', async () => {
    await run('gzip', '-9k', 'disk.img');
    expect(formatOf('disk.img.gz')).toBe('gzip');
    const packed = read('disk.img.gz');
    const file = memoryFile(packed);
    expect(await readTrailers(file)).toEqual({ payloadEnd: packed.length });
    const { headerBytes, ...rest } = await readGzipHeader(file);
    expect(rest).toEqual({ name: 'disk.img', mtime: 1_700_000_000 });
    expect(inflateRawSync(packed.subarray(headerBytes, -8)).equals(disk)).toBe(true);
    const trailer = await readGzipTrailer(file, packed.length);
    expect(trailer).toEqual({ crc32: crc32(disk), isize: disk.length });
    expect(sizeHint(trailer.isize, packed.length)).toEqual({ bytes: disk.length, isOnlyOne: true });
  });

  itWith([program('xz')], 'xz', async () => {
    await run('xz', '-0k', 'disk.img');
    expect(formatOf('disk.img.xz')).toBe('xz');
  });

  itWith([program('zstd')], 'zstd', async () => {
    await run('zstd', '-q', 'disk.img');
    expect(formatOf('disk.img.zst')).toBe('zstd');
  });

  it('nothing: the disk itself', () => {
    expect(formatOf('disk.img')).toBe('raw');
  });

  itWith([program('tar')], 'tar: an archive, and one for sysupgrade', async () => {
    await run('tar', '-cf', 'disk.tar', 'disk.img');
    expect(() => formatOf('disk.tar', true)).toThrow('file is no disk image: it is a tar archive');
    await run('tar', '-cf', 'upgrade.tar', '--transform', 's|^|sysupgrade-x/|', 'disk.img');
    expect(() => formatOf('upgrade.tar', true)).toThrow('it is an image for sysupgrade (a tar archive)');
  });

  itWith([program('bzip2')], 'bzip2', async () => {
    await run('bzip2', '-k', 'disk.img');
    expect(() => formatOf('disk.img.bz2', true)).toThrow('it is packed by bzip2');
  });

  itWith([program('mke2fs')], 'mke2fs: a file system without a partition table', async () => {
    await run('mke2fs', '-q', '-t', 'ext4', 'root.ext4', '2M');
    expect(() => formatOf('root.ext4')).toThrow('it is an ext4 file system without a partition table');
    expect(formatOf('root.ext4', true)).toBe('raw');
  });
});

/** The disk that a VDI holds, put together as its map says. */
function unpackVdi(bytes: Buffer): Buffer {
  const layout = parseVdi(bytes.subarray(0, 512), bytes.length);
  const map = bytes.subarray(layout.mapOffset, layout.mapOffset + layout.mapBytes);
  const raw = Buffer.alloc(layout.diskBytes);
  for (const { logicalBlock, fileOffset, length } of extentsOf(layout, map)) {
    if (fileOffset !== undefined) bytes.copy(raw, logicalBlock * layout.blockBytes, fileOffset, fileOffset + length);
  }
  return raw;
}

describeWith([program('qemu-img')], 'virtual disks of qemu-img', () => {
  const convert = (format: string, to: string, options: string[] = []) =>
    run('qemu-img', 'convert', '-f', 'raw', '-O', format, ...options, 'disk.img', to);

  it.each([
    ['dynamic', 'off'],
    ['static', 'on'],
  ])('a %s VDI holds the disk', async (type, isStatic) => {
    await convert('vdi', `${type}.vdi`, ['-o', `static=${isStatic}`]);
    expect(formatOf(`${type}.vdi`)).toBe('vdi');
    const bytes = read(`${type}.vdi`);
    expect(parseVdi(bytes.subarray(0, 512), bytes.length)).toMatchObject({
      type,
      diskBytes: disk.length,
      blockCount: 6,
    });
    expect(unpackVdi(bytes).equals(disk)).toBe(true);
  });

  it('a VDI that is cut off is refused', async () => {
    await convert('vdi', 'whole.vdi');
    const bytes = read('whole.vdi');
    expect(() => unpackVdi(bytes.subarray(0, -MiB))).toThrow('stands behind the end of the file');
  });

  it.each([
    ['qcow2', 'a virtual disk of QEMU (qcow2)'],
    ['vmdk', 'a virtual disk of VMware (VMDK)'],
    ['vhdx', 'a virtual disk of Hyper-V'],
    ['vpc', 'a virtual disk of Hyper-V'],
  ])('%s is refused', async (format, what) => {
    await convert(format, `disk.${format}`);
    expect(() => formatOf(`disk.${format}`, true)).toThrow(`file is no disk image: it is ${what}`);
  });
});

describeWith([program('perl')], 'the VDI of the embedded tree', () => {
  it('holds the disk', async () => {
    await run('perl', join(import.meta.dirname, '../../../trees/embedded/scripts/image-vdi'), 'disk.img', 'own.vdi');
    expect(formatOf('own.vdi')).toBe('vdi');
    expect(unpackVdi(read('own.vdi')).equals(disk)).toBe(true);
  });
});
