import * as clack from '@clack/prompts';
import { Failure, Interrupted } from '../../core/failure.js';
import { readIdentity, type BlockIdentity } from '../../effects/block-identity.js';
import { readBlockDevices } from '../../effects/block-devices.js';
import { readTarget } from '../../effects/target-path.js';
import { localRunner } from '../../effects/local-runner.js';
import type { Drive } from '../../flash/drives/drive.js';
import { driveDocument } from '../../flash/drives/drive-document.js';
import { driveLines, driveTable } from '../../flash/drives/drive-table.js';
import { drivesOf } from '../../flash/drives/drives-of.js';
import { findDrive } from '../../flash/drives/find-drive.js';
import type { WritePolicy } from '../../flash/drives/objection.js';
import { objectionsTo } from '../../flash/drives/verdict.js';
import { warningsAbout } from '../../flash/drives/warnings.js';
import type { CommandContext, CommandResult } from '../command.js';
import type { FlashOptions } from './flash-options.js';

/** A disk that is to be written. */
export interface Target {
  /** As the user named it. */
  word: string;
  drive: Drive;
  /** What the kernel says of it. */
  identity: BlockIdentity;
}

async function readDrives(): Promise<Drive[]> {
  return drivesOf(await readBlockDevices(localRunner));
}

/** `otb flash` without a disk: the disks, and why not. */
export async function listDisks(policy: WritePolicy): Promise<CommandResult> {
  const drives = await readDrives();
  const width = process.stdout.isTTY ? process.stdout.columns : 100;
  return { text: driveTable(drives, { width, policy }).trimEnd(), json: { ...driveDocument(drives, policy) } };
}

/**
 * The disks that were named; each of them may be written as far as can be told without the image.
 *
 * @throws Failure (usage) when there is none of that name; (refused) when one may not be written
 */
export async function findTargets(words: readonly string[], policy: WritePolicy): Promise<Target[]> {
  const drives = await readDrives();
  const targets: Target[] = [];
  for (const word of words) {
    const drive = findDrive(drives, await readTarget(word));
    const twin = targets.find((target) => target.drive.majorMinor === drive.majorMinor);
    if (twin) throw new Failure(`${twin.word} and ${word} are the same disk`, { code: 'usage', hint: 'Name it once.' });
    targets.push({ word, drive, identity: await readIdentity(drive.path) });
  }
  verifyMayBeWritten(targets, policy);
  return targets;
}

/** @throws Failure (refused) with every reason, and the option that overrules it */
export function verifyMayBeWritten(targets: readonly Target[], policy: WritePolicy): void {
  const objections = targets.flatMap(({ drive }) => objectionsTo(drive, policy));
  const [first] = objections;
  if (!first) return;
  const options = objections.map(({ canBeOverruledBy }) => canBeOverruledBy);
  const hint = options.some((option) => option === undefined)
    ? 'Take another disk: `otb flash` lists them.'
    : `If that is what you want, say ${[...new Set(options)].join(' ')}.`;
  const isSizeOnly = objections.every(({ code }) => code === 'too-small');
  throw new Failure(objections.length === 1 ? first.message : `${objections.length} things speak against it`, {
    code: isSizeOnly ? 'usage' : 'refused',
    lines: objections.length === 1 ? [] : objections.map(({ message }) => message),
    hint,
    document: { objections },
  });
}

function isConfirmed({ word, drive }: Target, confirmed: readonly string[]): boolean {
  return [word, drive.path, ...drive.byId].some((name) => confirmed.includes(name));
}

async function ask({ word, drive }: Target, signal: AbortSignal): Promise<void> {
  const message = `All that is on this disk will be lost:\n${driveLines([drive]).join('\n')}\nType ${word} to erase it`;
  const answer = await clack.text({ message, output: process.stderr, signal });
  if (typeof answer === 'symbol') throw new Interrupted('SIGINT');
  if (answer.trim() === word || answer.trim() === drive.path) return;
  throw new Failure(`${word} was not confirmed`, { code: 'refused', hint: 'Nothing was written.' });
}

/**
 * Has every disk confirmed by its name.
 *
 * @throws Failure (refused) when one was not
 */
export async function confirmTargets(
  context: CommandContext,
  targets: readonly Target[],
  { confirmed }: FlashOptions,
): Promise<void> {
  const stray = confirmed.find((name) => !targets.some((target) => isConfirmed(target, [name])));
  if (stray !== undefined) {
    throw new Failure(`--confirm=${stray} is none of the disks that were named`, {
      code: 'refused',
      hint: 'Say the same name twice: as the disk, and with --confirm.',
    });
  }
  for (const { drive } of targets) {
    for (const message of warningsAbout(drive)) context.emit({ type: 'warning', message });
  }
  const open = targets.filter((target) => !isConfirmed(target, confirmed));
  if (open.length === 0 || context.options.dryRun) return;
  if (!context.options.input) {
    const words = open.map(({ word }) => `--confirm=${word}`).join(' ');
    throw new Failure(`nobody has confirmed that all on ${open.map(({ word }) => word).join(' and ')} may be lost`, {
      code: 'refused',
      lines: driveLines(open.map(({ drive }) => drive)),
      hint: `Say ${words}.`,
    });
  }
  await context.settle();
  for (const target of open) await ask(target, context.signal);
}
