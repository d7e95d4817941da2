import type { DeviceLink } from '../../effects/block-devices.js';

/** Names that are made of a number only, or of the bus: people know a disk by its model. */
const ranks: readonly RegExp[] = [
  /^scsi-/,
  /^nvme-nvme\./,
  /^(?:wwn-|nvme-eui\.|nvme-uuid\.|dm-uuid-|lvm-pv-uuid-|md-uuid-)/,
];

function rankOf(path: string): number {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return ranks.findIndex((pattern) => pattern.test(name)) + 1;
}

/** The by-id links of a device, the one that says most to people first. */
export function byIdOf(kernelName: string, links: readonly DeviceLink[]): string[] {
  const own = links.filter((link) => link.kernelName === kernelName).map(({ path }) => path);
  return own.sort((one, other) => rankOf(one) - rankOf(other) || one.length - other.length || (one < other ? -1 : 1));
}
