import { word, type Signature } from './signature.js';

/** What the machine has run out of, and images that outgrew their file system. */
export const machineSignatures: readonly Signature[] = [
  {
    kind: 'disk-full',
    weight: 'machine',
    needles: ['No space left on device', 'Disk quota exceeded'],
    pattern: /(?<what>No space left on device|Disk quota exceeded)/,
    tell: ({ what }) => (what === 'Disk quota exceeded' ? 'the disk quota is used up' : 'the disk is full'),
    retry: 'never',
  },
  {
    kind: 'out-of-memory',
    weight: 'machine',
    needles: ['Killed', 'SIGKILL', 'Error 137'],
    pattern:
      /Killed signal terminated program (?<subject>[\w+-]+)|internal compiler error: Killed(?: \(program (?<program>[\w+-]+)\))?|terminated with signal 9 \[Killed\]|signal: 9, SIGKILL|^Killed$|: (?:line \d+: +)?\d+ Killed\b|\*\*\* \[.*\] (?:Killed|Error 137)$/,
    tell: ({ subject, program }) => `${subject ?? program ?? 'a program'} was killed, most likely for want of memory`,
    retry: 'later',
  },
  {
    kind: 'out-of-memory',
    weight: 'machine',
    needles: ['annot allocate memory', 'memory exhausted', 'out of memory', 'std::bad_alloc', 'memory allocation of'],
    pattern:
      /virtual memory exhausted|memory exhausted|[Cc]annot allocate memory|(?<subject>cc1(?:plus)?|lto1|ld(?:\.\w+)?|rustc): out of memory|runtime: out of memory|std::bad_alloc|memory allocation of \d+ bytes failed/,
    tell: ({ subject }) => `${subject ?? 'a program'} got no more memory`,
    retry: 'later',
  },
  {
    kind: 'image-too-large',
    weight: 'exact',
    needles: ['ext4_allocate', 'ould not allocate block in ext2', 'is too big', 'too large for', 'does not fit'],
    pattern:
      /ext4_allocate\w*: failed to allocate (?<blocks>\d+) blocks|Could not allocate block in ext2 filesystem(?: while populating file system)?|(?:[Ii]mage|rootfs|squashfs|[Kk]ernel)\b.* is too big|(?:[Ii]mage|rootfs|[Kk]ernel)\b.*(?:too large for|does not fit)/,
    tell: ({ blocks }) =>
      `the image's file system is too small for its files${blocks === undefined ? '' : ` (${blocks} blocks did not fit)`}: raise CONFIG_TARGET_ROOTFS_PARTSIZE or CONFIG_TARGET_KERNEL_PARTSIZE, or leave packages out`,
    retry: 'never',
  },
  {
    kind: 'unknown',
    weight: 'diagnostic',
    needles: ['ead-only file system', 'ermission denied', 'oo many open files', 'ile name too long'],
    pattern: /(?<what>Read-only file system|Permission denied|Too many open files|File name too long)/,
    tell: (captured) => `the system refused: ${word(captured, 'what')}`,
    retry: 'never',
  },
];
