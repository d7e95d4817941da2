import type { BlockFacts } from '../../effects/block-devices.js';
import type { ForeignMount, Mount } from '../../effects/mount-table.js';
import type { ParsedDevice } from './parse-lsblk.js';

type Named = Pick<ParsedDevice, 'kernelName' | 'path' | 'majorMinor'>;

function isMountOf({ kernelName, path, majorMinor }: Named, mount: Mount): boolean {
  if (mount.majorMinor === majorMinor) return true;
  // btrfs and bcachefs have no device number of their own; the latter names all its devices.
  return mount.source.split(':').some((source) => source === path || source === `/dev/${kernelName}`);
}

/** The devices of one mounted btrfs share what is mounted, whichever of them the mount names. */
function sharers(device: ParsedDevice, devices: readonly ParsedDevice[], { btrfs }: BlockFacts): ParsedDevice[] {
  const set = btrfs.find(({ kernelNames }) => kernelNames.includes(device.kernelName));
  const others = devices.filter(({ kernelName }) => set?.kernelNames.includes(kernelName));
  return others.length === 0 ? [device] : others;
}

/** The mountpoint that a file is under, among those of all devices. */
function mountpointAbove(file: string, mounts: readonly Mount[]): string | undefined {
  const above = mounts
    .map(({ mountpoint }) => mountpoint)
    .filter((mountpoint) => file.startsWith(mountpoint.endsWith('/') ? mountpoint : `${mountpoint}/`));
  return above.sort((one, other) => other.length - one.length)[0];
}

/** Which file is on which file system: the innermost mount above it decides. */
export function isFileOn(file: string, mountpoints: readonly string[], mounts: readonly Mount[]): boolean {
  const above = mountpointAbove(file, mounts);
  return above !== undefined && mountpoints.includes(above);
}

/** Where a device is mounted, as this process sees it; `[SWAP]` among them when it, or a file on it, is swapped to. */
export function mountpointsOn(device: ParsedDevice, devices: readonly ParsedDevice[], facts: BlockFacts): string[] {
  const sharing = sharers(device, devices, facts);
  const told = sharing.flatMap(({ mountpoints }) => mountpoints);
  const seen = facts.mounts.filter((mount) => sharing.some((other) => isMountOf(other, mount)));
  const all = [...new Set([...told, ...seen.map(({ mountpoint }) => mountpoint)])];
  const isSwap = facts.swaps.some(
    (swap) => swap === device.path || swap === `/dev/${device.kernelName}` || isFileOn(swap, all, facts.mounts),
  );
  return isSwap && !all.includes('[SWAP]') ? [...all, '[SWAP]'] : all;
}

/** Where a device is mounted in other mount namespaces, one mount of each. */
export function foreignMountsOn(
  device: ParsedDevice,
  devices: readonly ParsedDevice[],
  facts: BlockFacts,
): ForeignMount[] {
  const sharing = sharers(device, devices, facts);
  return facts.foreignMounts.filter((mount) => sharing.some((other) => isMountOf(other, mount)));
}
