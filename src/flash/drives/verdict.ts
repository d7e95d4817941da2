import { formatBytes } from '../../core/units.js';
import type { Drive } from './drive.js';
import { inUseObjections, memberObjections, mountObjections, systemObjections } from './in-use.js';
import { natureObjection } from './nature.js';
import type { Objection, Overrule, WritePolicy } from './objection.js';

/** True for what can be pulled out: sticks, memory cards; and for a loop device, which is a file. */
function isRemovable({ isRemovable: isMarked, isHotplug, transport, type }: Drive): boolean {
  return isMarked || isHotplug || transport === 'usb' || transport === 'mmc' || type === 'loop';
}

function mediumObjections({ path, size, isReadOnly, type }: Drive): Objection[] {
  const nothing = type === 'loop' ? 'has no file behind it' : 'has no medium: no card is in it, or its size is 0';
  const messages: Objection[] = [];
  if (size === 0) messages.push({ code: 'no-medium', message: `${path} ${nothing}`, canBeOverruledBy: undefined });
  if (isReadOnly) {
    const message = `${path} is read-only: look for a switch on the card`;
    messages.push({ code: 'read-only', message, canBeOverruledBy: undefined });
  }
  return messages;
}

function fixedObjections(drive: Drive): Objection[] {
  if (isRemovable(drive)) return [];
  const message = `${drive.path} is not removable: it may be a disk of this machine`;
  return [{ code: 'fixed', message, canBeOverruledBy: '--allow-fixed' }];
}

function sizeOf(bytes: number): string {
  return `${formatBytes(bytes)} (${bytes} bytes)`;
}

function sizeObjections({ path, size }: Drive, imageBytes = 0): Objection[] {
  if (size === 0 || imageBytes <= size) return [];
  const sizes = `the image has ${sizeOf(imageBytes)}, and ${path} ${sizeOf(size)}`;
  return [
    { code: 'too-small', message: `${sizes}: ${sizeOf(imageBytes - size)} too little`, canBeOverruledBy: undefined },
  ];
}

function isAllowed(option: Overrule | undefined, policy: WritePolicy): boolean {
  switch (option) {
    case '--allow-system-disk':
      return policy.allowSystemDisk;
    case '--allow-fixed':
      return policy.allowFixed;
    case '--unmount':
      return policy.unmount;
    case undefined:
      return false;
  }
}

/**
 * Every reason not to write a disk that the user has not overruled, the worst first; none when it may be written. What
 * is no disk at all has that one reason only.
 */
export function objectionsTo(drive: Drive, policy: WritePolicy): Objection[] {
  const nature = natureObjection(drive);
  if (nature !== undefined) return [nature];
  return [
    ...systemObjections(drive),
    ...memberObjections(drive),
    ...inUseObjections(drive),
    ...mediumObjections(drive),
    ...mountObjections(drive),
    ...fixedObjections(drive),
    ...sizeObjections(drive, policy.imageBytes),
  ].filter(({ canBeOverruledBy }) => !isAllowed(canBeOverruledBy, policy));
}
