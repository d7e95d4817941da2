import type { Drive } from './drive.js';
import type { Objection, ObjectionCode } from './objection.js';

const kinds: Readonly<Record<string, string>> = {
  rom: 'an optical drive',
  lvm: 'an LVM volume',
  crypt: 'an opened encrypted volume',
  mpath: 'a multipath device',
  dm: 'a device-mapper device',
  md: 'a partition of a RAID array',
  tape: 'a tape drive',
};

function kindOf({ type, kernelName }: Drive): string | undefined {
  if (kernelName.startsWith('drbd')) return 'a DRBD volume';
  if (kernelName.startsWith('bcache')) return 'a bcache volume';
  if (type === 'disk' || type === 'loop') return undefined;
  if (/^raid|^linear$|^md/.test(type)) return kinds[type] ?? 'a RAID array';
  return kinds[type] ?? `no disk (${type})`;
}

/** The disk that a partition is on, in words; the device itself when its disk is not known. */
function wholeDisk({ parentPath }: Drive): string {
  return parentPath === undefined ? 'another disk' : parentPath;
}

function objection(code: ObjectionCode, message: string): Objection {
  return { code, message, canBeOverruledBy: undefined };
}

/** Why a device is no disk in the first place; undefined for disks, memory cards and loop devices. */
export function natureObjection(drive: Drive): Objection | undefined {
  const { path, kernelName, type, madeOf } = drive;
  if (type === 'part') {
    const disk = wholeDisk(drive);
    return objection('partition', `${path} is a partition of ${disk}: an image goes onto the whole disk, ${disk}`);
  }
  if (/^mmcblk\d+(?:boot\d+|rpmb|gp\d+)$/.test(kernelName)) {
    return objection('boot-area', `${path} is a boot or protected area of an eMMC chip, not the disk itself`);
  }
  if (/^z?ram\d/.test(kernelName)) return objection('memory', `${path} is memory, not a disk`);
  const kind = kindOf(drive);
  if (kind !== undefined) return objection('not-a-disk', `${path} is ${kind}${onto(madeOf)}`);
  if (madeOf.length > 0) return objection('not-a-disk', `${path} is made of other devices${onto(madeOf)}`);
  return undefined;
}

function onto(madeOf: readonly string[]): string {
  return madeOf.length === 0 ? '' : ` on ${madeOf.join(', ')}`;
}
