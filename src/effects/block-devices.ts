import { basename } from 'node:path';
import { realpath } from 'node:fs/promises';
import { Failure } from '../core/failure.js';
import { plainText } from '../core/terminal-text.js';
import { readSignatures, type BlockSignature } from './block-signatures.js';
import { readBtrfsSets, readSysfsDevices, type BtrfsSet, type SysfsDevice } from './block-sysfs.js';
import { octalUnescaped, readForeignMounts, readMounts, type ForeignMount, type Mount } from './mount-table.js';
import { quietNames, quietText } from './quiet-read.js';
import type { Outcome, Runner } from './runner.js';
import { systemPlaces, type SystemPlaces } from './system-places.js';

/** A name under `/dev/disk/by-id`, and the kernel name of what it leads to. */
export interface DeviceLink {
  path: string;
  kernelName: string;
}

/** All that is read about the machine's block devices, not yet put together. */
export interface BlockFacts {
  /** What lsblk printed: JSON. */
  lsblk: string;
  links: readonly DeviceLink[];
  sysfs: readonly SysfsDevice[];
  /** Paths of what is swapped to: devices and files. */
  swaps: readonly string[];
  mounts: readonly Mount[];
  foreignMounts: readonly ForeignMount[];
  btrfs: readonly BtrfsSet[];
  /** What blkid found, on a machine without udev. */
  signatures: readonly BlockSignature[];
}

const oldColumns = [
  'NAME',
  'KNAME',
  'PKNAME',
  'MAJ:MIN',
  'TYPE',
  'SIZE',
  'RO',
  'RM',
  'HOTPLUG',
  'MODEL',
  'SERIAL',
  'WWN',
  'VENDOR',
  'TRAN',
  'LOG-SEC',
  'FSTYPE',
  'LABEL',
  'PARTLABEL',
  'UUID',
  'MOUNTPOINT',
];

/** Those that came with util-linux 2.33 and 2.37; an older lsblk refuses a list with them. */
const newColumns = ['PATH', 'MOUNTPOINTS'];

const timeoutMs = 10_000;
const hint = 'otb must know what is on a disk before it writes there. Try `lsblk` by hand.';

async function list(runner: Runner, columns: readonly string[]): Promise<Outcome> {
  const args = ['--json', '--bytes', '--all', '--output', columns.join(',')];
  // In the C locale lsblk writes labels that are not ASCII as escapes.
  const invocation = { file: 'lsblk', args, env: { LC_ALL: 'C.UTF-8' }, readOnly: true, timeoutMs };
  return runner.run(invocation).catch((cause: unknown) => {
    throw new Failure('the disks of this machine cannot be listed: lsblk does not start', {
      code: 'prerequisite',
      hint: 'Install it: it comes with util-linux.',
      cause,
    });
  });
}

function reasonOf({ timedOut, exitCode, signalName, stderr }: Outcome): string {
  if (timedOut) return `lsblk did not end within ${timeoutMs / 1000} s`;
  if (exitCode === null) return `lsblk was ended by ${signalName ?? 'a signal'}`;
  const words = plainText(stderr.trim());
  return words === '' ? `lsblk ended with exit status ${exitCode}` : words;
}

/** Runs lsblk, which only looks, with the columns that it knows. */
async function runLsblk(runner: Runner): Promise<string> {
  let outcome = await list(runner, [...oldColumns, ...newColumns]);
  if (!outcome.timedOut && /unknown column/i.test(outcome.stderr)) outcome = await list(runner, oldColumns);
  if (outcome.exitCode === 0 && !outcome.timedOut) return outcome.stdout;
  throw new Failure(`the disks of this machine cannot be listed: ${reasonOf(outcome)}`, {
    code: 'prerequisite',
    hint,
  });
}

async function readLinks(directory: string): Promise<DeviceLink[]> {
  const links = await Promise.all(
    (await quietNames(directory)).map(async (name) => {
      const path = `${directory}/${name}`;
      const target = await realpath(path).catch(() => undefined);
      return target === undefined ? [] : [{ path, kernelName: basename(target) }];
    }),
  );
  return links.flat();
}

async function readSwaps(proc: string): Promise<string[]> {
  const lines = ((await quietText(`${proc}/swaps`)) ?? '').split('\n').slice(1);
  return lines.map((line) => octalUnescaped(line.split(/\s/)[0] ?? '')).filter((path) => path !== '');
}

/**
 * Reads what block devices there are, and who uses them; changes nothing.
 *
 * @throws {@link Failure} (prerequisite) with lsblk's own words when it cannot tell
 */
export async function readBlockDevices(runner: Runner, places: SystemPlaces = systemPlaces): Promise<BlockFacts> {
  const { sys, proc, dev, run } = places;
  const [lsblk, links, sysfs, swaps, mounts, foreignMounts, btrfs, signatures] = await Promise.all([
    runLsblk(runner),
    readLinks(`${dev}/disk/by-id`),
    readSysfsDevices(sys),
    readSwaps(proc),
    readMounts(proc),
    readForeignMounts(proc),
    readBtrfsSets(sys),
    readSignatures(runner, run),
  ]);
  return { lsblk, links, sysfs, swaps, mounts, foreignMounts, btrfs, signatures };
}
