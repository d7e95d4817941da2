import { Failure } from '../../core/failure.js';
import { formatBytes, formatRate } from '../../core/units.js';
import { alignedBuffers } from '../../effects/aligned-buffers.js';
import { openDiskFile, type Disk } from '../../effects/disk.js';
import { fileFailure } from '../../effects/file-failure.js';
import { replaceFile } from '../../effects/replace-file.js';
import { expandFileSystem } from '../../flash/expand-file-system.js';
import { fileSystemOf, type FileSystem } from '../../flash/table/file-system.js';
import { DiskFlash, type DiskOutcome, type ImageContent } from '../../flash/write/disk-flash.js';
import type { Step } from '../../steps/step.js';
import type { CommandContext } from '../command.js';
import { runCommandSteps } from '../run-command-steps.js';
import type { Prepared } from './flash-run.js';
import { openDisks } from './open-disks.js';

/** What became of one disk, and what was done to its partitions. */
export interface FlashOutcome extends DiskOutcome {
  /** What became of --expand. */
  expanded?: string;
}

/** An image on its way to disks, with real buffers and a real clock. */
export function openFlash(content: ImageContent, disks: readonly Disk[], isExpanding: boolean): DiskFlash {
  return new DiskFlash(content, disks, { buffers: alignedBuffers, now: () => performance.now(), isExpanding });
}

function averageOf(
  outcomes: readonly DiskOutcome[],
  length: number,
  time: (outcome: DiskOutcome) => number,
): string | undefined {
  const [slowest = 0] = outcomes
    .filter(({ failure }) => failure === undefined)
    .map(time)
    .sort((one, other) => other - one);
  return slowest > 0 ? `${formatBytes(length)} at ${formatRate((length * 1000) / slowest)}` : undefined;
}

/** Ends the step badly only when no disk is left; each failure is told when it happens. */
function tellFailures(
  outcomes: readonly DiskOutcome[],
  told: Set<DiskOutcome['disk']>,
  { emit }: CommandContext,
): void {
  const failed = outcomes.filter(({ failure }) => failure !== undefined);
  if (failed.length === outcomes.length) throw failed[0]?.failure;
  for (const { disk, failure } of failed) {
    if (told.has(disk)) continue;
    told.add(disk);
    emit({
      type: 'warning',
      message: failure instanceof Failure ? `${failure.message}. ${failure.hint ?? ''}` : String(failure),
    });
  }
}

function writeSteps(context: CommandContext, flash: DiskFlash): Step[] {
  const told = new Set<Disk>();
  return [
    {
      name: 'write',
      title: 'Write the image',
      async run({ signal, progress }) {
        await flash.write({
          signal,
          onProgress: (bytes, total) => {
            progress(bytes, total, 'B');
          },
        });
        tellFailures(flash.outcomes, told, context);
        return averageOf(flash.outcomes, flash.length, ({ writeMs }) => writeMs);
      },
    },
    {
      name: 'verify',
      title: 'Read it back',
      async run({ signal, progress }) {
        await flash.prove({
          signal,
          onProgress: (bytes, total) => {
            progress(bytes, total, 'B');
          },
        });
        tellFailures(flash.outcomes, told, context);
        return averageOf(flash.outcomes, flash.length, ({ proveMs }) => proveMs);
      },
    },
  ];
}

/** How the grown partition begins. */
async function firstBytesOf(disk: Disk, offset: number): Promise<Buffer> {
  const [buffer = Buffer.alloc(0)] = alignedBuffers(1, 65_536);
  await disk.read(buffer, offset);
  return buffer;
}

function expandStep({ runner }: CommandContext, outcomes: readonly FlashOutcome[], kinds: Map<Disk, FileSystem>): Step {
  return {
    name: 'expand',
    title: 'Grow the last partition',
    async run({ signal }) {
      for (const outcome of outcomes) {
        const { disk, expansion, failure } = outcome;
        if (failure !== undefined || !expansion) continue;
        outcome.expanded =
          'reason' in expansion
            ? `nothing was expanded: ${expansion.reason}`
            : await expandFileSystem(
                runner,
                disk.path,
                expansion,
                disk.sectorSize,
                kinds.get(disk) ?? 'unknown',
                signal,
              );
      }
      return outcomes.flatMap(({ expanded }) => expanded ?? []).join('; ');
    },
  };
}

/** Has the kernel look at the new partitions. It does so by itself on most machines; where it cannot, a note says so. */
async function rereadTables({ runner, emit }: CommandContext, outcomes: readonly DiskOutcome[]): Promise<void> {
  for (const { disk, state } of outcomes) {
    if (state === 'untouched') continue;
    const { exitCode, stderr } = await runner.run({ file: 'blockdev', args: ['--rereadpt', disk.path] });
    // A loop device without partitions has none to look at.
    if (exitCode === 0 || state !== 'written' || stderr.includes('Invalid argument')) continue;
    emit({
      type: 'note',
      message: `the kernel does not look at the new partitions of ${disk.path} yet: ${stderr.trim()}; plug it in again`,
    });
  }
}

/** A second opinion on what otb did to a GPT; a note of sgdisk's is worth a warning. */
async function checkTables({ runner, emit, signal }: CommandContext, outcomes: readonly DiskOutcome[]): Promise<void> {
  for (const { disk, hasGpt, failure } of outcomes) {
    if (!hasGpt || failure !== undefined) continue;
    const look = { file: 'sgdisk', args: ['--verify', disk.path], readOnly: true };
    const { stdout } = await runner.run(look, { signal }).catch(() => ({ stdout: 'No problems found' }));
    if (stdout.includes('No problems found')) continue;
    emit({
      type: 'warning',
      message: `sgdisk finds something in the partition table of ${disk.path}`,
      hint: stdout.trim(),
    });
  }
}

/** Writes onto disks. Everything is closed again, whatever happens. */
export async function flashTargets(
  context: CommandContext,
  { content, targets, options }: Prepared,
): Promise<FlashOutcome[]> {
  if (context.options.dryRun) return [];
  const { disks, close } = await openDisks(targets, options.policy.unmount, context.runner);
  const flash = openFlash(content, disks, options.isExpanding);
  const kinds = new Map<Disk, FileSystem>();
  try {
    await runCommandSteps(context, writeSteps(context, flash));
    for (const { disk, expansion, failure } of flash.outcomes) {
      if (failure !== undefined || !expansion || 'reason' in expansion) continue;
      kinds.set(disk, fileSystemOf(await firstBytesOf(disk, expansion.firstSector * disk.sectorSize)));
    }
  } finally {
    await close();
    await rereadTables(context, flash.outcomes);
  }
  await checkTables(context, flash.outcomes);
  const outcomes: FlashOutcome[] = flash.outcomes;
  if (options.isExpanding) await runCommandSteps(context, [expandStep(context, outcomes, kinds)]);
  return outcomes;
}

/** Writes into a file, under another name until it is whole. */
export async function flashFile(context: CommandContext, { content }: Prepared, path: string): Promise<FlashOutcome[]> {
  if (context.options.dryRun) return [];
  let outcomes: FlashOutcome[] = [];
  let own: unknown;
  try {
    await replaceFile(path, async (part) => {
      const disk = await openDiskFile(part, context.runner);
      const flash = openFlash(content, [disk], false);
      try {
        await runCommandSteps(context, writeSteps(context, flash));
      } catch (error) {
        own = error;
        throw error;
      } finally {
        await disk.close();
      }
      outcomes = flash.outcomes;
    });
  } catch (error) {
    if (error === own) throw error;
    fileFailure(path)(error);
  }
  return outcomes;
}
