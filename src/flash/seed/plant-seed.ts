import { Failure } from '../../core/failure.js';
import type { ImageFile } from '../../effects/image-file.js';
import type { Runner } from '../../effects/runner.js';
import { useTool } from '../file-system-tool.js';
import { fileSystemOf } from '../table/file-system.js';
import { partitionsOf, type Partition } from '../table/partition-list.js';
import type { ImageContent } from '../write/disk-flash.js';

/** What OpenWrt's x86 images, and otb's own, unpack over `/` when they find it on their boot partition. */
const seedName = 'sysupgrade.tgz';

/** No boot partition of a router is larger, in bytes. */
const largestBoot = 512 * 1024 * 1024;

/** What planting needs from outside. */
export interface SeedHelp {
  run: Runner;
  /** Writes pieces to a new file. */
  save: (path: string, pieces: AsyncIterable<Buffer>) => Promise<void>;
  open: (path: string) => Promise<ImageFile>;
  signal: AbortSignal;
}

/**
 * The partition an image boots from.
 *
 * @param head the image's first 64 KiB
 * @throws Failure when there is none
 */
export function bootPartition(head: Buffer): Partition {
  const boot = partitionsOf(head, 512).find(({ number }) => number === 1);
  if (boot && boot.byteLength <= largestBoot) return boot;
  throw new Failure('the image has no boot partition that a configuration could be put into', {
    code: 'usage',
    hint: 'Images of OpenWrt for x86 (combined) and of `otb build` have one; leave --seed out for others.',
  });
}

async function* partOf(content: AsyncIterable<Buffer>, start: number, end: number): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const piece of content) {
    const [from, to] = [Math.max(0, start - at), Math.min(piece.length, end - at)];
    if (from < to) yield piece.subarray(from, to);
    at += piece.length;
    if (at >= end) return;
  }
}

async function readSome(path: string, length: number, { open }: SeedHelp): Promise<Buffer> {
  const file = await open(path);
  try {
    return await file.read(0, length);
  } finally {
    await file.close();
  }
}

const nothingWritten = 'Nothing was written to any disk.';

function use(help: SeedHelp, file: string, ...args: readonly string[]): Promise<string> {
  const failed = 'the configuration could not be put into the image';
  return useTool({ run: help.run, signal: help.signal, failed, hint: nothingWritten }, { file, args });
}

async function plantExt4(part: string, archive: string, help: SeedHelp): Promise<void> {
  await use(help, 'debugfs', '-w', '-R', `write ${archive} ${seedName}`, part);
  await use(help, 'debugfs', '-w', '-R', `set_inode_field ${seedName} mode 0100600`, part);
  await use(help, 'e2fsck', '-f', '-n', part);
  await use(help, 'debugfs', '-R', `dump ${seedName} ${archive}.back`, part);
}

async function plantVfat(part: string, archive: string, help: SeedHelp): Promise<void> {
  await use(help, 'mcopy', '-o', '-i', part, archive, `::${seedName}`);
  await use(help, 'mcopy', '-o', '-i', part, `::${seedName}`, `${archive}.back`);
}

/**
 * Takes the boot partition out of an image and puts an archive into it.
 *
 * @param archive a `.tar.gz`; its path holds no blank
 * @param part where the changed partition goes; a new file
 * @throws Failure when it has no file system that is known, or no room
 */
export async function plantSeed(
  image: ImageContent,
  boot: Partition,
  archive: string,
  part: string,
  help: SeedHelp,
): Promise<void> {
  await help.save(part, partOf(image.read(help.signal), boot.startByte, boot.startByte + boot.byteLength));
  const kind = fileSystemOf(await readSome(part, 65_536, help));
  if (kind === 'ext4') await plantExt4(part, archive, help);
  else if (kind === 'vfat') await plantVfat(part, archive, help);
  else {
    throw new Failure(`the image's boot partition has no file system that otb can write to (${kind})`, {
      code: 'usage',
      hint: 'Leave --seed out.',
    });
  }
  const [wanted, got] = [await readSome(archive, Infinity, help), await readSome(`${archive}.back`, Infinity, help)];
  if (!wanted.equals(got)) {
    throw new Failure('the configuration does not come back out of the image as it went in', {
      code: 'verification',
      hint: nothingWritten,
    });
  }
}
