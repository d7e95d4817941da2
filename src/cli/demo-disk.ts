import { truncate, writeFile } from 'node:fs/promises';
import { Failure } from '../core/failure.js';
import { formatBytes, formatRate } from '../core/units.js';
import { openBlockDevice, openDiskFile, type Disk } from '../effects/disk.js';
import type { Runner } from '../effects/runner.js';
import type { StepVoice } from '../steps/step.js';
import type { CommandContext } from './command.js';
import { defaultFlashOptions } from './flash/flash-options.js';
import { openFlash } from './flash/flash-write.js';
import { lookAtImage } from './flash/look-at-image.js';

/** What the disk of the demo has beyond the image: as disks do. In bytes. */
const beyond = 64 * 1024 * 1024;

/** A file as a real block device, for as long as it takes. */
async function withLoopDevice<Result>(
  path: string,
  run: Runner,
  use: (device: string) => Promise<Result>,
): Promise<Result> {
  const attached = await run.run({ file: 'losetup', args: ['--show', '--find', path] });
  if (attached.exitCode !== 0) {
    throw new Failure(`there is no loop device to be had: ${attached.stderr.trim()}`, {
      code: 'prerequisite',
      hint: 'Run it outside of a container, or as an ordinary user.',
    });
  }
  const device = attached.stdout.trim();
  try {
    return await use(device);
  } finally {
    await run.run({ file: 'losetup', args: ['--detach', device] });
  }
}

/**
 * Flashes an image as `otb flash` does: onto a loop device as root, otherwise into a file.
 *
 * @param path the disk of the machine: a new file
 * @returns what was done, for people
 */
export async function flashDemoDisk(
  { runner }: CommandContext,
  imagePath: string,
  path: string,
  { signal, progress }: StepVoice,
): Promise<string> {
  const { image, checked } = await lookAtImage(imagePath, defaultFlashOptions, {
    run: runner,
    signal,
    limit: Infinity,
    onProgress: () => undefined,
  });
  const content = { size: checked.size, read: image.read };
  const onto = async (disk: Disk) => {
    const flash = openFlash(content, [disk], false);
    try {
      const onProgress = (bytes: number, total: number | undefined) => {
        progress(bytes, total, 'B');
      };
      await flash.write({ signal, onProgress });
      await flash.prove({ signal, onProgress });
    } finally {
      await disk.close();
    }
    const [outcome] = flash.outcomes;
    if (outcome?.failure instanceof Error) throw outcome.failure;
    const { writeMs = 0, proveMs = 0 } = outcome ?? {};
    return `${formatBytes(flash.length)} written and read back at ${formatRate((flash.length * 1000) / (writeMs + proveMs))}`;
  };
  try {
    await writeFile(path, '');
    if (process.getuid?.() !== 0) return await onto(await openDiskFile(path, runner));
    await truncate(path, (checked.size ?? 0) + beyond);
    return await withLoopDevice(
      path,
      runner,
      async (device) => `${device}: ${await onto(await openBlockDevice(device, runner))}`,
    );
  } finally {
    await image.close();
  }
}
