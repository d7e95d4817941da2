import { readFileSync } from 'node:fs';
import type { BlockFacts } from '../../../../src/effects/block-devices.js';
import type { SysfsDevice } from '../../../../src/effects/block-sysfs.js';
import type { Drive } from '../../../../src/flash/drives/drive.js';
import { drivesOf } from '../../../../src/flash/drives/drives-of.js';
import { noPermission, type WritePolicy } from '../../../../src/flash/drives/objection.js';
import { objectionsTo } from '../../../../src/flash/drives/verdict.js';

/** What lsblk prints on a machine: `test/fixtures/lsblk/NAME.json`. */
export function lsblkText(name: string): string {
  return readFileSync(new URL(`../../../fixtures/lsblk/${name}.json`, import.meta.url), 'utf8');
}

/** The facts of a machine where nothing but lsblk has something to say. */
export function factsWith(lsblk: string, more: Partial<BlockFacts> = {}): BlockFacts {
  return { lsblk, links: [], sysfs: [], swaps: [], mounts: [], foreignMounts: [], btrfs: [], signatures: [], ...more };
}

export function sysfsDevice(kernelName: string, more: Partial<SysfsDevice> = {}): SysfsDevice {
  const nothing = { diskSequence: undefined, backingFile: undefined, cardType: undefined };
  return { kernelName, holders: [], slaves: [], ...nothing, ...more };
}

export function drivesIn(name: string, more: Partial<BlockFacts> = {}): Drive[] {
  return drivesOf(factsWith(lsblkText(name), more));
}

export function driveIn(name: string, kernelName: string, more: Partial<BlockFacts> = {}): Drive {
  const found = drivesIn(name, more).find((drive) => drive.kernelName === kernelName);
  if (found === undefined) throw new Error(`${name} has no ${kernelName}`);
  return found;
}

/** The objections as lines: `code option: message`. */
export function objections(drive: Drive, policy: Partial<WritePolicy> = {}): string[] {
  return objectionsTo(drive, { ...noPermission, ...policy }).map(
    ({ code, message, canBeOverruledBy }) => `${code} ${canBeOverruledBy ?? '-'}: ${message}`,
  );
}
