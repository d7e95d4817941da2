import { Failure } from '../../core/failure.js';
import { holdersOf } from '../../effects/block-holders.js';
import { readIdentity, type BlockIdentity } from '../../effects/block-identity.js';
import { openBlockDevice, type Disk } from '../../effects/disk.js';
import type { Runner } from '../../effects/runner.js';
import type { Drive } from '../../flash/drives/drive.js';
import { identityDifference } from '../../flash/drives/identity.js';
import type { Target } from './flash-targets.js';

/** The disks, open for nobody else. */
export interface OpenDisks {
  disks: readonly Disk[];
  close: () => Promise<void>;
}

async function whoHolds({ majorMinor, uses }: Drive): Promise<string[]> {
  const numbers = [majorMinor, ...uses.flatMap((use) => use.majorMinor ?? [])];
  const holders = await holdersOf(numbers);
  return holders.map(({ pid, command, path }) => `${command} (process ${pid}) has ${path}`);
}

async function unmount({ uses }: Drive, runner: Runner): Promise<void> {
  // What is mounted below something else goes first.
  const mountpoints = uses.flatMap((use) => use.mountpoints).sort((one, other) => other.length - one.length);
  for (const mountpoint of mountpoints) {
    const { exitCode, stderr } = await runner.run({ file: 'umount', args: ['--', mountpoint] });
    if (exitCode === 0) continue;
    throw new Failure(`${mountpoint} could not be unmounted: ${stderr.trim()}`, {
      code: 'busy',
      hint: 'End what uses it, and run the same command again. Nothing was written.',
    });
  }
}

/** What the disk was when the user was asked. */
function identityOf({ drive: { majorMinor, size, serial, wwn, diskSequence }, identity }: Target): BlockIdentity {
  // lsblk and the kernel may spell a serial number differently: the kernel's own is compared.
  return { majorMinor, size, serial: identity.serial ?? serial, wwn: identity.wwn ?? wwn, diskSequence };
}

async function openOne(target: Target, runner: Runner): Promise<Disk> {
  const { drive } = target;
  let disk: Disk;
  try {
    disk = await openBlockDevice(drive.path, runner);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'busy') throw error;
    const lines = await whoHolds(drive);
    throw new Failure(error.message, {
      code: 'busy',
      lines,
      hint: 'End what uses it, or say --unmount for what is mounted. Nothing was written.',
      cause: error.cause,
    });
  }
  // The same path may lead to another disk by now.
  const difference = identityDifference(identityOf(target), await readIdentity(drive.path));
  if (difference === undefined) return disk;
  await disk.close();
  throw new Failure(`${drive.path} is not the disk any more that was looked at: ${difference}`, {
    code: 'busy',
    hint: 'Look at `otb flash` again. Nothing was written.',
  });
}

/** Opens all disks, or none. */
export async function openDisks(targets: readonly Target[], isUnmounting: boolean, runner: Runner): Promise<OpenDisks> {
  const disks: Disk[] = [];
  const close = async () => {
    await Promise.all(disks.map((disk) => disk.close()));
  };
  try {
    for (const target of targets) {
      if (isUnmounting) await unmount(target.drive, runner);
      disks.push(await openOne(target, runner));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { disks, close };
}
