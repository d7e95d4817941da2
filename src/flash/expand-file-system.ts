import { Failure } from '../core/failure.js';
import { formatBytes } from '../core/units.js';
import type { Runner } from '../effects/runner.js';
import { useTool, type FileSystemTool } from './file-system-tool.js';
import type { Expansion } from './table/expand.js';
import type { FileSystem } from './table/file-system.js';

/** Where a file system lies. */
interface Place {
  disk: string;
  /** In bytes. */
  offset: number;
  length: number;
}

async function ext4Size(tool: FileSystemTool, device: string): Promise<number> {
  const text = await useTool(tool, { file: 'dumpe2fs', args: ['-h', device] });
  const number = (name: string) => Number(new RegExp(`^${name}: +(\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  return number('Block count') * number('Block size');
}

/** Grows an ext4 over all of its partition, and looks whether it did. It must not be mounted. */
async function growExt4(run: Runner, { disk, offset, length }: Place, signal: AbortSignal): Promise<number> {
  const tool = {
    run,
    signal,
    failed: 'the file system could not be grown',
    hint: 'The image itself is on the disk, and was read back. Flash it again without --expand.',
  };
  // e2fsprogs find a file system in the middle of a disk by themselves: no partition node has to be there.
  const device = `${disk}?offset=${offset}`;
  // 1: errors were corrected; the image may come out of a system that was not shut down.
  await useTool(tool, { file: 'e2fsck', args: ['-f', '-p', device] }, 1);
  await useTool(tool, { file: 'resize2fs', args: [device, `${Math.floor(length / 1024)}K`] });
  await useTool(tool, { file: 'e2fsck', args: ['-f', '-n', device] });
  const got = await ext4Size(tool, device);
  // The last group of blocks may be left out when it is too short to hold its own tables. NaN is no size either.
  if (!(got <= length && got >= length * 0.95)) {
    throw new Failure(`the file system has ${formatBytes(got)} in a partition of ${formatBytes(length)}`, {
      code: 'verification',
    });
  }
  return got;
}

/**
 * Grows the file system in a partition that has just been grown.
 *
 * @param kind the file system in it
 * @returns what was done, for people
 */
export async function expandFileSystem(
  run: Runner,
  disk: string,
  { firstSector, newSectorCount, partition }: Expansion,
  sectorSize: number,
  kind: FileSystem,
  signal: AbortSignal,
): Promise<string> {
  const place = { disk, offset: firstSector * sectorSize, length: newSectorCount * sectorSize };
  if (kind === 'ext4')
    return `partition ${partition} and its ext4 have ${formatBytes(await growExt4(run, place, signal))} now`;
  if (kind === 'squashfs')
    return `partition ${partition} has ${formatBytes(place.length)} now; OpenWrt's overlay grows into it at its first start`;
  return `partition ${partition} has ${formatBytes(place.length)} now; its file system (${kind}) was left alone`;
}
