import { Failure, messageOf } from '../../core/failure.js';
import { lsblkDocument, type LsblkNode } from './lsblk-schema.js';
import { plainWord } from './plain-word.js';

/** A block device as lsblk tells it. Sizes are bytes; what it does not know is undefined. */
export interface ParsedDevice {
  /** `sdb1`, or the name of a mapping: `vg-root`. */
  name: string;
  kernelName: string;
  path: string;
  majorMinor: string;
  type: string;
  size: number;
  isReadOnly: boolean;
  isRemovable: boolean;
  isHotplug: boolean;
  model: string | undefined;
  serial: string | undefined;
  wwn: string | undefined;
  vendor: string | undefined;
  transport: string | undefined;
  logicalSector: number;
  fsType: string | undefined;
  label: string | undefined;
  partLabel: string | undefined;
  uuid: string | undefined;
  mountpoints: readonly string[];
  /** Kernel names of the devices that it lies on. */
  parents: readonly string[];
}

function notLsblk(what: string, cause?: unknown): Failure {
  return new Failure(`what lsblk printed cannot be understood: ${what}`, {
    code: 'prerequisite',
    hint: 'Nothing is written while the disks are not known. Try `lsblk --json` by hand, and report this.',
    cause,
  });
}

/** Older versions write bytes that are not printable as `\x1b`, which JSON does not know. */
function repaired(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|.)/g, (found, digits?: string) =>
    digits === undefined ? found : `\\u00${digits}`,
  );
}

function parseJson(text: string): unknown {
  if (text.trim() === '') throw notLsblk('it printed nothing');
  try {
    return JSON.parse(text);
  } catch {
    try {
      return JSON.parse(repaired(text));
    } catch (cause) {
      throw notLsblk(`it is no JSON (${plainWord(messageOf(cause))})`, cause);
    }
  }
}

function pathOf({ name, kname = name, path, type }: LsblkNode): string {
  if (path !== undefined) return path;
  // Without the column PATH: the kernel's name of a mapping is not the one that people know.
  const isMapping = kname.startsWith('dm-') && name !== kname && type !== 'disk';
  return isMapping ? `/dev/mapper/${name}` : `/dev/${kname}`;
}

function mountpointsOf({ mountpoint, mountpoints }: LsblkNode): string[] {
  const single = mountpoint === undefined || mountpoint === null || mountpoint === '' ? [] : [mountpoint];
  return [...new Set([...mountpoints, ...single])];
}

function deviceOf(node: LsblkNode, parents: readonly string[]): ParsedDevice {
  return {
    name: node.name,
    kernelName: node.kname ?? node.name,
    path: pathOf(node),
    majorMinor: node['maj:min'],
    type: node.type,
    size: node.size ?? 0,
    isReadOnly: node.ro,
    isRemovable: node.rm,
    isHotplug: node.hotplug,
    model: node.model,
    serial: node.serial,
    wwn: node.wwn,
    vendor: node.vendor,
    transport: node.tran,
    logicalSector: node['log-sec'] ?? 512,
    fsType: node.fstype,
    label: node.label,
    partLabel: node.partlabel,
    uuid: node.uuid,
    mountpoints: mountpointsOf(node),
    parents,
  };
}

/** A device stands once under each of its parents: one entry, with all of them. */
function merged(one: ParsedDevice | undefined, other: ParsedDevice): ParsedDevice {
  if (one === undefined) return other;
  const union = (name: 'parents' | 'mountpoints') => [...new Set([...one[name], ...other[name]])];
  return { ...one, parents: union('parents'), mountpoints: union('mountpoints') };
}

function collect(nodes: readonly LsblkNode[], parent: string | undefined, found: Map<string, ParsedDevice>): void {
  for (const node of nodes) {
    const above = parent ?? node.pkname;
    const device = deviceOf(node, above === undefined ? [] : [above]);
    found.set(device.kernelName, merged(found.get(device.kernelName), device));
    collect(node.children ?? [], device.kernelName, found);
  }
}

/**
 * Reads `lsblk --json --bytes`: every device once, in lsblk's order, nested ones after what they lie on.
 *
 * @throws Failure (prerequisite) when it is no such JSON: that is not the same as a machine without disks
 */
export function parseLsblk(text: string): ParsedDevice[] {
  const { success, data, error } = lsblkDocument.safeParse(parseJson(text));
  if (!success) {
    const [issue] = error.issues;
    throw notLsblk(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'another form'}`, error);
  }
  const found = new Map<string, ParsedDevice>();
  collect(data.blockdevices, undefined, found);
  return [...found.values()];
}
