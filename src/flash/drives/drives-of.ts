import type { BlockFacts } from '../../effects/block-devices.js';
import type { SysfsDevice } from '../../effects/block-sysfs.js';
import type { ForeignMount } from '../../effects/mount-table.js';
import { byIdOf } from './by-id.js';
import type { Drive, DriveUse } from './drive.js';
import { foreignMountsOn, isFileOn, mountpointsOn } from './mounts-on.js';
import { parseLsblk, type ParsedDevice } from './parse-lsblk.js';
import { isSystemPath } from './system-paths.js';

/** All devices as something that lies on something, by kernel name. */
type Uses = ReadonlyMap<string, DriveUse>;

function useOf(device: ParsedDevice, devices: readonly ParsedDevice[], facts: BlockFacts): DriveUse {
  const mountpoints = mountpointsOn(device, devices, facts);
  const sysfs = facts.sysfs.find(({ kernelName }) => kernelName === device.kernelName);
  const holders = facts.sysfs.filter(({ holders: list }) => list.includes(device.kernelName));
  const btrfs = facts.btrfs.filter(({ kernelNames }) => kernelNames.includes(device.kernelName));
  return {
    path: device.path,
    kernelName: device.kernelName,
    type: device.type,
    majorMinor: device.majorMinor,
    fsType: device.fsType,
    label: device.label,
    partLabel: device.partLabel,
    size: device.size,
    mountpoints,
    foreignMounts: foreignMountsOf(mountpoints, foreignMountsOn(device, devices, facts)),
    parents: [
      ...new Set([...device.parents, ...(sysfs?.slaves ?? []), ...holders.map(({ kernelName }) => kernelName)]),
    ],
    heldBy: mountpoints.length > 0 ? [] : btrfs.map(({ uuid }) => `the mounted btrfs ${uuid}`),
    backingFile: sysfs?.backingFile,
  };
}

/**
 * Where this process sees a device mounted too, the others mostly see the same mount: what counts then is a system that
 * is not ours, as that of a container's host.
 */
function foreignMountsOf(mountpoints: readonly string[], foreign: readonly ForeignMount[]): readonly ForeignMount[] {
  if (mountpoints.length === 0) return foreign;
  return mountpoints.some(isSystemPath) ? [] : foreign.filter(({ mountpoint }) => isSystemPath(mountpoint));
}

/** A device that sysfs names as a holder and lsblk does not list: better told by its name than left out. */
function strangerOf(kernelName: string, parents: readonly string[]): DriveUse {
  const nothing = { majorMinor: undefined, fsType: undefined, label: undefined, partLabel: undefined };
  const unused = { mountpoints: [], foreignMounts: [], heldBy: [], backingFile: undefined };
  return { ...nothing, ...unused, path: `/dev/${kernelName}`, kernelName, type: 'holder', size: 0, parents };
}

function strangers(devices: readonly ParsedDevice[], sysfs: readonly SysfsDevice[]): DriveUse[] {
  const known = new Set(devices.map(({ kernelName }) => kernelName));
  const names = new Set(sysfs.flatMap(({ holders }) => holders).filter((name) => !known.has(name)));
  return [...names].map((name) =>
    strangerOf(
      name,
      sysfs.filter(({ holders }) => holders.includes(name)).map(({ kernelName }) => kernelName),
    ),
  );
}

function usesOf(devices: readonly ParsedDevice[], facts: BlockFacts): Uses {
  const all = [...devices.map((device) => useOf(device, devices, facts)), ...strangers(devices, facts.sysfs)];
  // A loop device lies on what its file lies on.
  const linked = all.map((use) => {
    const { backingFile: file } = use;
    if (file === undefined) return use;
    const below = all.filter(({ mountpoints }) => isFileOn(file, mountpoints, facts.mounts));
    return { ...use, parents: [...new Set([...use.parents, ...below.map(({ kernelName }) => kernelName)])] };
  });
  return new Map(linked.map((use) => [use.kernelName, use]));
}

/** All that lies on a device, nearest first; each once, also where the kernel's links go in a circle. */
function above(kernelName: string, uses: Uses): DriveUse[] {
  const found = new Set([kernelName]);
  for (const name of found) {
    for (const use of uses.values()) if (use.parents.includes(name)) found.add(use.kernelName);
  }
  return [...found].slice(1).flatMap((name) => uses.get(name) ?? []);
}

function isInUse({ fsType, mountpoints, foreignMounts, heldBy }: DriveUse): boolean {
  return fsType !== undefined || mountpoints.length + foreignMounts.length + heldBy.length > 0;
}

/** Older versions of lsblk do not tell every bus; the kernel's names do. */
function transportOf({ transport, kernelName }: ParsedDevice): string | undefined {
  if (transport !== undefined) return transport;
  return /^(mmc|nvme)/.exec(kernelName)?.[1];
}

function driveOf(device: ParsedDevice, uses: Uses, facts: BlockFacts): Drive {
  const { kernelName } = device;
  const sysfs = facts.sysfs.find((other) => other.kernelName === kernelName);
  const self = uses.get(kernelName);
  const parentPaths = (self?.parents ?? []).flatMap((name) => uses.get(name)?.path ?? []);
  const isPartition = device.type === 'part';
  return {
    path: device.path,
    kernelName,
    type: device.type,
    byId: byIdOf(kernelName, facts.links),
    majorMinor: device.majorMinor,
    size: device.size,
    model: device.model,
    serial: device.serial,
    wwn: device.wwn,
    vendor: device.vendor,
    transport: transportOf(device),
    isRemovable: device.isRemovable,
    isHotplug: device.isHotplug,
    isReadOnly: device.isReadOnly,
    isEmmc: kernelName.startsWith('mmcblk') && sysfs?.cardType === 'MMC',
    logicalSector: device.logicalSector,
    diskSequence: sysfs?.diskSequence,
    parentPath: isPartition ? parentPaths[0] : undefined,
    // A loop device is made of a file.
    madeOf: isPartition || self?.backingFile !== undefined ? [] : parentPaths,
    uses: [...(self !== undefined && isInUse(self) ? [{ ...self, parents: [] }] : []), ...above(kernelName, uses)],
  };
}

/** What lsblk does not tell of a file system, blkid may have. */
function withSignature(device: ParsedDevice, { signatures }: BlockFacts): ParsedDevice {
  const found = signatures.find(({ path }) => path === device.path || path === `/dev/${device.kernelName}`);
  if (found === undefined) return device;
  const { fsType = found.fsType, label = found.label, partLabel = found.partLabel } = device;
  return { ...device, fsType, label, partLabel };
}

/**
 * Every block device of the machine, partitions and mappings too, each with what lies on it.
 *
 * @throws Failure (prerequisite) when lsblk's answer cannot be understood
 */
export function drivesOf(facts: BlockFacts): Drive[] {
  const devices = parseLsblk(facts.lsblk).map((device) => withSignature(device, facts));
  const uses = usesOf(devices, facts);
  return devices.map((device) => driveOf(device, uses, facts));
}
