import { formatBytes } from '../../core/units.js';
import type { Runner } from '../../effects/runner.js';
import type { CheckedImage } from '../../flash/content/check-image.js';
import type { OpenImage } from '../../flash/content/open-image.js';
import type { Step } from '../../steps/step.js';
import type { CommandContext, CommandResult } from '../command.js';
import { runCommandSteps } from '../run-command-steps.js';
import { findImage } from './find-image.js';
import { readFlashOptions, type FlashOptions } from './flash-options.js';
import { flashResult } from './flash-result.js';
import { confirmTargets, findTargets, listDisks, verifyMayBeWritten, type Target } from './flash-targets.js';
import { flashFile, flashTargets } from './flash-write.js';
import { lookAtImage } from './look-at-image.js';
import { seedImage, type SeededImage } from './seed-image.js';
import type { ImageContent } from '../../flash/write/disk-flash.js';

/** What a flash knows before it writes. */
export interface Prepared {
  image: OpenImage;
  checked: CheckedImage;
  targets: readonly Target[];
  options: FlashOptions;
  /** What is written: the image, with a configuration in it when one was asked for. */
  content: ImageContent;
}

/** The same, while it is being found out. */
interface Found extends Partial<Omit<Prepared, 'options' | 'content'>> {
  seeded?: SeededImage;
}

/** What is said of the image in one line. */
function imageNote({ format, file }: OpenImage, { size, trust }: CheckedImage): string {
  const length = size === undefined ? '' : `, ${formatBytes(size)} on the disk`;
  const kind = format === 'raw' ? formatBytes(file.size) : `${formatBytes(file.size)} ${format}${length}`;
  return [kind, ...trust].join('; ');
}

function checkStep(path: string, options: FlashOptions, found: Found, run: Runner): Step {
  return {
    name: 'image',
    title: 'Check the image',
    async run({ signal, progress }) {
      const sizes = (found.targets ?? []).map(({ drive }) => drive.size);
      const looked = await lookAtImage(path, options, {
        run,
        signal,
        limit: sizes.length === 0 ? Infinity : Math.max(...sizes),
        onProgress: (bytes, total) => {
          progress(bytes, total, 'B');
        },
      });
      Object.assign(found, looked);
      return imageNote(looked.image, looked.checked);
    },
  };
}

function disksStep(words: readonly string[], options: FlashOptions, found: Found): Step {
  return {
    name: 'disks',
    title: words.length === 1 ? 'Look at the disk' : 'Look at the disks',
    async run() {
      found.targets = await findTargets(words, options.policy);
      return found.targets.map(({ drive }) => `${drive.path}, ${formatBytes(drive.size)}`).join('; ');
    },
  };
}

function seedStep(name: string, configFile: string, found: Found): Step {
  return {
    name: 'seed',
    title: 'Put the configuration into the image',
    async run({ signal }) {
      const { image, checked } = found;
      if (!image || !checked) throw new Error('the image was not looked at');
      found.seeded = await seedImage({ size: checked.size, read: image.read }, checked.head, name, configFile, signal);
      return found.seeded.note;
    },
  };
}

/**
 * Does everything that can be done before a disk is touched, under `--dry-run`, too; then works with it. What was
 * opened is closed again.
 */
export async function withPrepared<Result>(
  context: CommandContext,
  path: string,
  disks: readonly string[],
  options: FlashOptions,
  work: (prepared: Prepared) => Promise<Result>,
): Promise<Result> {
  const found: Found = {};
  const steps = [
    ...(disks.length > 0 ? [disksStep(disks, options, found)] : []),
    checkStep(path, options, found, context.runner),
    ...(options.seed === undefined ? [] : [seedStep(options.seed, context.options.config, found)]),
  ];
  try {
    await runCommandSteps({ ...context, options: { ...context.options, dryRun: false } }, steps);
    const { image, checked, targets = [], seeded } = found;
    if (!image || !checked) throw new Error('the image was not looked at');
    for (const message of checked.warnings) context.emit({ type: 'warning', message });
    const content = seeded?.content ?? { size: checked.size, read: image.read };
    return await work({ image, checked, targets, options, content });
  } finally {
    await found.seeded?.close();
    await found.image?.close();
  }
}

/** `otb flash`. */
export async function runFlash(
  context: CommandContext,
  word: string | undefined,
  disks: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): Promise<CommandResult> {
  const options = readFlashOptions(flags, disks);
  if (word === undefined) return listDisks(options.policy);
  const path = await findImage(word, options.work);
  if (options.ssh !== undefined) {
    const { upgradeOverSsh } = await import('./flash-ssh.js');
    return upgradeOverSsh(context, path, options.ssh, options);
  }
  return withPrepared(context, path, disks, options, async (prepared) => {
    const policy = { ...options.policy, imageBytes: prepared.checked.size };
    if (options.toFile !== undefined)
      return flashResult(context, prepared, await flashFile(context, prepared, options.toFile));
    if (disks.length === 0) return listDisks(policy);
    verifyMayBeWritten(prepared.targets, policy);
    await confirmTargets(context, prepared.targets, options);
    return flashResult(context, prepared, await flashTargets(context, prepared));
  });
}
