import { Failure } from '../core/failure.js';
import { formatBytes } from '../core/units.js';
import type { Runner } from '../effects/runner.js';
import type { Expansion } from './table/expand.js';

/** Where a file system lies. */
interface Place {
  disk: string;
  /** In bytes. */
  offset: number;
  length: number;
}

async function must(
  run: Runner,
  file: string,
  args: readonly string[],
  isFine: (status: number) => boolean,
  signal: AbortSignal,
): Promise<string> {
  const { exitCode, stdout, stderr } = await run.run({ file, args }, { signal });
  if (exitCode !== null && isFine(exitCode)) return stdout;
  throw new Failure(`${file} could not work on the file system: exit status ${String(exitCode)}`, {
    code: 'verification',
    lines: `${stdout}\n${stderr}`.trim().split('\n').slice(-20),
    hint: 'The image itself is on the disk, and was read back. Flash it again without --expand.',
  });
}

async function blocksOf(run: Runner, device: string, signal: AbortSignal): Promise<number> {
  const text = await must(run, 'dumpe2fs', ['-h', device], (status) => status === 0, signal);
  const number = (name: string) => Number(new RegExp(`^${name}: +(\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  return number('Block count') * number('Block size');
}

/** Grows an ext4 over all of its partition, and looks whether it did. It must not be mounted. */
async function growExt4(run: Runner, { disk, offset, length }: Place, signal: AbortSignal): Promise<number> {
  // e2fsprogs find a file system in the middle of a disk by themselves: no partition node has to be there.
  const device = `${disk}?offset=${offset}`;
  // 1: errors were corrected; the image may come out of a system that was not shut down.
  await must(run, 'e2fsck', ['-f', '-p', device], (status) => status <= 1, signal);
  await must(run, 'resize2fs', [device, `${Math.floor(length / 1024)}K`], (status) => status === 0, signal);
  await must(run, 'e2fsck', ['-f', '-n', device], (status) => status === 0, signal);
  const got = await blocksOf(run, device, signal);
  // The last group of blocks may be left out when it is too short to hold its own tables.
  if (got > length || got < length * 0.95) {
    throw new Failure(`the file system has ${formatBytes(got)} in a partition of ${formatBytes(length)}`, {
      code: 'verification',
    });
  }
  return got;
}

/**
 * Grows the file system in a partition that has just been grown.
 *
 * @param firstBytes how the partition begins
 * @returns what was done, for people
 */
export async function expandFileSystem(
  run: Runner,
  disk: string,
  { firstSector, newSectorCount, partition }: Expansion,
  sectorSize: number,
  kind: string,
  signal: AbortSignal,
): Promise<string> {
  const place = { disk, offset: firstSector * sectorSize, length: newSectorCount * sectorSize };
  if (kind === 'ext4')
    return `partition ${partition} and its ext4 have ${formatBytes(await growExt4(run, place, signal))} now`;
  if (kind === 'squashfs')
    return `partition ${partition} has ${formatBytes(place.length)} now; OpenWrt's overlay grows into it at its first start`;
  return `partition ${partition} has ${formatBytes(place.length)} now; its file system (${kind}) was left alone`;
}
