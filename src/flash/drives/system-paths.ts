/** Directories of a running system. */
const exact = new Set(['/', '[SWAP]', '/bin', '/efi', '/home', '/lib', '/opt', '/root', '/sbin', '/srv', '/sysroot']);

/** Those of which every directory below counts too; the second line is where live systems have their medium. */
const trees = [
  '/boot',
  '/etc',
  '/gnu',
  '/nix',
  '/usr',
  '/var',
  '/cdrom',
  '/isodevice',
  '/lib/live',
  '/rofs',
  '/run/archiso',
  '/run/initramfs',
  '/run/live',
  '/run/miso',
];

/** True when the system, or somebody's home, lives at that mountpoint; `[SWAP]` counts. */
export function isSystemPath(mountpoint: string): boolean {
  if (exact.has(mountpoint) || /^\/home\/[^/]+$/.test(mountpoint)) return true;
  return trees.some((tree) => mountpoint === tree || mountpoint.startsWith(`${tree}/`));
}
