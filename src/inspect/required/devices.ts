import type { Requirement } from '../requirement.js';
import { packages, program } from './words.js';

const utilLinux = packages('util-linux');

/** What `otb flash` runs. */
export const flash: readonly Requirement[] = [
  { name: 'lsblk', needed: ['flash'], look: program('lsblk'), why: 'lists disks', packages: utilLinux },
  {
    name: 'blockdev',
    needed: ['flash'],
    look: program('blockdev'),
    why: 'shows the kernel new partitions',
    packages: utilLinux,
  },
  {
    name: 'fallocate',
    needed: ['flash'],
    look: program('fallocate'),
    why: 'has disks make zeros themselves',
    packages: utilLinux,
  },
  {
    name: 'umount',
    needed: ['flash'],
    look: program('umount'),
    why: 'frees a disk',
    packages: packages('mount', 'util-linux-core', 'util-linux'),
  },
  {
    name: 'sgdisk',
    needed: ['flash'],
    look: program('sgdisk'),
    why: 'checks partition tables',
    packages: packages('gdisk', 'gdisk', 'gptfdisk'),
  },
  {
    name: 'debugfs',
    needed: ['flash'],
    look: program('debugfs'),
    why: 'puts a configuration into an image',
    packages: packages('e2fsprogs'),
  },
  {
    name: 'resize2fs',
    needed: ['flash'],
    look: program('resize2fs'),
    why: 'grows file systems',
    packages: packages('e2fsprogs'),
  },
  {
    name: 'gpgv',
    needed: [],
    wanted: ['flash'],
    look: program('gpgv'),
    why: 'verifies signatures of PGP',
    packages: packages('gpgv', 'gnupg2', 'gnupg'),
  },
  {
    name: 'mcopy',
    needed: [],
    wanted: ['flash'],
    look: program('mcopy'),
    why: 'puts a configuration into an EFI image',
    packages: packages('mtools'),
  },
];

const sshClient = packages('openssh-client', 'openssh-clients', 'openssh');

/** What reaches devices, and stands in for them. */
export const provisionAndLab: readonly Requirement[] = [
  { name: 'ssh', needed: ['provision', 'lab'], look: program('ssh'), why: 'reaches devices', packages: sshClient },
  {
    name: 'ssh-keygen',
    needed: ['provision', 'lab'],
    look: program('ssh-keygen'),
    why: 'makes and compares keys',
    packages: sshClient,
  },
  {
    name: 'QEMU',
    needed: ['lab'],
    look: program('qemu-system-x86_64'),
    why: 'boots images',
    packages: packages('qemu-system-x86', 'qemu-system-x86-core', 'qemu-system-x86'),
  },
  {
    name: 'ip',
    needed: ['lab'],
    look: program('ip'),
    why: 'makes networks',
    packages: packages('iproute2', 'iproute', 'iproute2'),
  },
  {
    name: 'tc',
    needed: ['lab'],
    look: program('tc'),
    why: 'shapes links',
    packages: packages('iproute2', 'iproute-tc', 'iproute2'),
  },
  {
    name: 'unshare',
    needed: ['lab'],
    look: program('unshare'),
    why: 'makes namespaces',
    packages: packages('util-linux'),
  },
];
