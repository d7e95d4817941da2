import type { Drive, DriveUse } from './drive.js';
import type { Objection } from './objection.js';
import { inWords } from '../../core/words.js';
import { plainWord } from './plain-word.js';
import { isSystemPath } from './system-paths.js';

/*
 * What is on a disk, and in use. "member" speaks of the data, which is part of something larger; "in-use" of the kernel,
 * which gives nobody a disk exclusively while something is stacked on it.
 */

const families: readonly (readonly [RegExp, string])[] = [
  [/^LVM[12]_member$/, 'LVM'],
  [/raid_member$/, 'a RAID array'],
  [/^zfs_member$/, 'a ZFS pool'],
  [/^bcache/, 'bcache'],
  [/^(?:mpath|multipath)_member$/, 'a multipath device'],
  [/^drbd/i, 'DRBD'],
  [/^ceph_/, 'Ceph'],
  [/^stratis$/, 'Stratis'],
  [/^VMFS_/, 'VMFS'],
];

/** What stands on a device without being a partition of it. */
function stackedOn(use: DriveUse, uses: readonly DriveUse[]): DriveUse[] {
  return uses.filter(({ parents, type }) => type !== 'part' && parents.includes(use.kernelName));
}

/** The disk itself, also when nothing of its own is on it, then all that is on it. */
function withDisk(drive: Drive): DriveUse[] {
  const { uses, kernelName, path, size } = drive;
  if (uses.some((use) => use.kernelName === kernelName)) return [...uses];
  const nothing = { majorMinor: drive.majorMinor, fsType: undefined, label: undefined, partLabel: undefined };
  const unused = { mountpoints: [], foreignMounts: [], heldBy: [], backingFile: undefined, parents: [] };
  return [{ ...nothing, ...unused, path, kernelName, type: drive.type, size }, ...uses];
}

function systemParts({ path, mountpoints, foreignMounts }: DriveUse): string[] {
  const places = [...new Set([...mountpoints, ...foreignMounts.map(({ mountpoint }) => mountpoint)])];
  return places.filter(isSystemPath).map((place) => `${place === '[SWAP]' ? 'swap' : plainWord(place)} on ${path}`);
}

/** A machine with containers has dozens of bind mounts. */
const systemPartsShown = 5;

/** The system disk: what runs, or is swapped to, lies on it, through whatever layers. */
export function systemObjections({ path, uses }: Drive): Objection[] {
  const parts = uses.flatMap(systemParts);
  if (parts.length === 0) return [];
  const more = parts.length - systemPartsShown;
  const shown = more > 0 ? [...parts.slice(0, systemPartsShown), `${more} more`] : parts;
  const message = `${path} is a disk of the running system: it has ${inWords(shown)}`;
  return [{ code: 'system-disk', message, canBeOverruledBy: '--allow-system-disk' }];
}

function membershipOf(use: DriveUse, uses: readonly DriveUse[]): string | undefined {
  // A file on a mounted file system does not make the disk a member of anything.
  const stacked = stackedOn(use, uses).filter(({ backingFile }) => backingFile === undefined);
  const holders = inWords([...stacked.map(({ path }) => path), ...use.heldBy].map(plainWord));
  const family = families.find(([pattern]) => pattern.test(use.fsType ?? ''))?.[1];
  if (family !== undefined) {
    return `${use.path} belongs to ${family}, ${holders === '' ? 'and other disks may need it' : `in use by ${holders}`}`;
  }
  if (holders === '') return undefined;
  if (use.fsType === 'crypto_LUKS') return `${use.path} is encrypted, and open as ${holders}`;
  return `${use.path} is a part of ${holders}`;
}

/** Members of something larger. A closed LUKS volume is data like any other. */
export function memberObjections(drive: Drive): Objection[] {
  const uses = withDisk(drive);
  return uses.flatMap((use) => {
    const message = membershipOf(use, uses);
    return message === undefined ? [] : [{ code: 'member', message, canBeOverruledBy: '--allow-system-disk' } as const];
  });
}

const closers: readonly (readonly [RegExp, string])[] = [
  [/^lvm$/, 'deactivate it first (vgchange --activate n)'],
  [/^crypt$/, 'close it first (cryptsetup close)'],
  [/^raid|^md|^linear$/, 'stop it first (mdadm --stop)'],
  [/^mpath$/, 'it is another way to the same disk (multipath -f)'],
];

function stackedWords(use: DriveUse, uses: readonly DriveUse[]): string[] {
  return stackedOn(use, uses).map(({ path, type, backingFile }) => {
    const name = plainWord(path);
    if (backingFile !== undefined) {
      return `${name} uses the file ${plainWord(backingFile)} on ${use.path}: detach it first (losetup --detach ${name})`;
    }
    const closer = closers.find(([pattern]) => pattern.test(type))?.[1] ?? 'take it out of use first';
    return `${name} is active on ${use.path}: ${closer}`;
  });
}

function foreignWords({ path, foreignMounts }: DriveUse): string[] {
  return foreignMounts.slice(0, 3).map(({ mountpoint, pid, command }) => {
    const where = plainWord(mountpoint);
    return `${path} is mounted at ${where} for process ${pid} (${plainWord(command)}), where otb cannot unmount it: end that first`;
  });
}

function placeWords({ path, mountpoints }: DriveUse): string[] {
  return mountpoints.flatMap((place) => {
    if (place === '/') return [`the running system has its root on ${path}: start from another disk`];
    return place === '[SWAP]' ? [`${path} is in use as swap, or has a file that is: run swapoff first`] : [];
  });
}

/** What the kernel would refuse in any case, and no option changes. */
export function inUseObjections(drive: Drive): Objection[] {
  const uses = withDisk(drive);
  const words = uses.flatMap((use) => [
    ...placeWords(use),
    ...stackedWords(use, uses),
    ...foreignWords(use),
    ...use.heldBy.map((holder) => `${use.path} is in use by ${plainWord(holder)}: unmount it first`),
  ]);
  return [...new Set(words)].map((message) => ({ code: 'in-use', message, canBeOverruledBy: undefined }));
}

/** Mounts that `--unmount` ends. */
export function mountObjections({ uses }: Drive): Objection[] {
  return uses.flatMap(({ path, mountpoints }) => {
    const places = mountpoints.filter((place) => place !== '/' && place !== '[SWAP]').map(plainWord);
    if (places.length === 0) return [];
    return [
      { code: 'mounted', message: `${path} is mounted at ${inWords(places)}`, canBeOverruledBy: '--unmount' } as const,
    ];
  });
}
