import type { Look, Packages, Requirement } from './requirement.js';

/*
 * What has to be installed, for what, and which package brings it. Data: the judging is in requirement.ts.
 * `needed` areas fail without it; `wanted` ones are warned. The area `test` needs whatever another area needs, so
 * only what the tests alone use names it.
 *
 * For the build, `needed` is what the embedded tree runs; what OpenWrt's own prerequisite check asks for beyond
 * that is `wanted`.
 */

function program(...names: string[]): Look {
  return { kind: 'program', names };
}

function gnu(name: string, says = /\bGNU\b/): Look {
  return { kind: 'program', names: [name], says };
}

/** Package names; one alone is the same everywhere. */
function packages(apt: string, dnf = apt, pacman = apt): Packages {
  return { apt, dnf, pacman };
}

const coreutils = packages('coreutils');

const embeddedBuild: readonly Requirement[] = [
  {
    name: 'GNU make',
    needed: ['build'],
    look: { kind: 'program', names: ['make'], says: /^GNU Make (\d+\.\d+)/, atLeast: '4.1' },
    why: 'runs the build',
    packages: packages('make'),
  },
  { name: 'bash', needed: ['build'], look: gnu('bash'), why: "the build's shell", packages: packages('bash') },
  { name: 'gcc', needed: ['build'], look: program('gcc'), why: 'compiles C packages', packages: packages('gcc') },
  {
    name: 'C headers',
    needed: ['build'],
    look: { kind: 'file', paths: ['/usr/include/stdio.h'] },
    why: 'gcc compiles nothing without them',
    packages: packages('libc6-dev', 'glibc-devel', 'glibc'),
  },
  {
    name: 'binutils',
    needed: ['build'],
    look: program('readelf'),
    why: 'links, strips, and reads which libraries a program needs',
    packages: packages('binutils'),
  },
  { name: 'git', needed: ['build'], look: program('git'), why: 'fetches sources and feeds', packages: packages('git') },
  { name: 'perl', needed: ['build'], look: program('perl'), why: "runs the build's scripts", packages: packages('perl') },
  {
    name: 'Perl modules',
    needed: ['build'],
    look: {
      kind: 'perl',
      modules: [
        'Data::Dumper', 'Digest::SHA', 'Fcntl', 'File::Basename', 'File::Compare', 'File::Copy', 'File::Find',
        'File::Path', 'File::Temp', 'FindBin', 'Getopt::Long', 'IPC::Cmd', 'JSON::PP', 'Thread::Queue', 'Time::HiRes',
      ], // prettier-ignore
    },
    why: "the build's scripts load them",
    packages: packages('perl'),
  },
  { name: 'GNU tar', needed: ['build'], look: gnu('tar'), why: 'packs and unpacks', packages: packages('tar') },
  { name: 'GNU find', needed: ['build'], look: gnu('find'), why: 'walks the tree', packages: packages('findutils') },
  { name: 'GNU grep', needed: ['build'], look: gnu('grep'), why: 'reads the tree', packages: packages('grep') },
  { name: 'GNU sed', needed: ['build'], look: gnu('sed'), why: 'edits the tree', packages: packages('sed') },
  { name: 'GNU cp', needed: ['build'], look: gnu('cp'), why: 'copies the tree', packages: coreutils },
  { name: 'GNU install', needed: ['build'], look: gnu('install'), why: 'fills packages', packages: coreutils },
  { name: 'GNU patch', needed: ['build'], look: gnu('patch', /\bpatch\b/), why: 'applies patches', packages: packages('patch') },
  { name: 'GNU diff', needed: ['build'], look: gnu('diff'), why: 'compares', packages: packages('diffutils') },
  { name: 'flock', needed: ['build'], look: program('flock'), why: 'lets parallel jobs take turns', packages: packages('util-linux') },
  { name: 'gzip', needed: ['build'], look: program('gzip'), why: 'packs images', packages: packages('gzip') },
  {
    name: 'wget or curl',
    needed: ['build'],
    look: program('wget', 'curl'),
    why: 'downloads sources',
    packages: packages('wget'),
  },
  {
    name: 'mke2fs',
    needed: ['build'],
    look: program('mke2fs'),
    why: 'makes ext4 file systems without root rights',
    packages: packages('e2fsprogs'),
  },
  { name: 'apt-get', needed: ['build'], look: program('apt-get'), why: "fetches Debian's packages", packages: packages('apt') },
  { name: 'dpkg-deb', needed: ['build'], look: program('dpkg-deb'), why: "unpacks Debian's packages", packages: packages('dpkg') },
  {
    name: "Debian's keys",
    needed: ['build'],
    look: {
      kind: 'file',
      paths: ['/usr/share/keyrings/debian-archive-keyring.gpg', '/usr/share/keyrings/debian-archive-keyring.pgp'],
    },
    why: "check the signatures of Debian's packages",
    packages: packages('debian-archive-keyring', 'debian-keyring', 'debian-archive-keyring'),
  },
]; // prettier-ignore

const forOpenwrt = 'OpenWrt trees need it';

type Extra = Omit<Requirement, 'needed' | 'wanted' | 'why'> & Partial<Pick<Requirement, 'needed' | 'why'>>;

const openwrtExtras: readonly Extra[] = [
  { name: 'g++', look: program('g++'), packages: packages('g++', 'gcc-c++', 'gcc') },
  { name: 'GNU awk', look: program('gawk'), packages: packages('gawk') },
  { name: 'rsync', look: program('rsync'), packages: packages('rsync') },
  { name: 'unzip', look: program('unzip'), packages: packages('unzip') },
  { name: 'bzip2', look: program('bzip2'), packages: packages('bzip2') },
  {
    name: 'xz',
    needed: ['flash'],
    look: program('xz'),
    why: 'reads .xz images and sources',
    packages: packages('xz-utils', 'xz', 'xz'),
  },
  { name: 'zstd', needed: ['flash'], look: program('zstd'), why: 'reads .zst images and sources', packages: packages('zstd') },
  { name: 'wget', look: program('wget'), packages: packages('wget') },
  { name: 'file', needed: ['test'], look: program('file'), packages: packages('file') },
  { name: 'which', look: program('which'), packages: packages('debianutils', 'which', 'which') },
  { name: 'Python 3', needed: ['test'], look: program('python3'), packages: packages('python3', 'python3', 'python') },
  {
    name: 'Python distutils',
    look: { kind: 'python', modules: ['distutils', 'setuptools'] },
    packages: packages('python3-setuptools', 'python3-setuptools', 'python-setuptools'),
  },
  {
    name: 'ncurses headers',
    look: { kind: 'file', paths: ['/usr/include/ncurses.h', '/usr/include/ncurses/ncurses.h'] },
    packages: packages('libncurses-dev', 'ncurses-devel', 'ncurses'),
  },
  { name: 'subversion', look: program('svn'), packages: packages('subversion'), why: 'feeds of the 2016 tree need it' },
]; // prettier-ignore

const openwrtBuild: readonly Requirement[] = openwrtExtras.map((extra) => ({
  needed: [],
  wanted: ['build'],
  why: forOpenwrt,
  ...extra,
}));

const utilLinux = packages('util-linux');

const flash: readonly Requirement[] = [
  { name: 'lsblk', needed: ['flash'], look: program('lsblk'), why: 'lists disks', packages: utilLinux },
  { name: 'blockdev', needed: ['flash'], look: program('blockdev'), why: 'shows the kernel new partitions', packages: utilLinux },
  { name: 'fallocate', needed: ['flash'], look: program('fallocate'), why: 'has disks make zeros themselves', packages: utilLinux },
  { name: 'umount', needed: ['flash'], look: program('umount'), why: 'frees a disk', packages: packages('mount', 'util-linux-core', 'util-linux') },
  { name: 'sgdisk', needed: ['flash'], look: program('sgdisk'), why: 'checks partition tables', packages: packages('gdisk', 'gdisk', 'gptfdisk') },
  { name: 'debugfs', needed: ['flash'], look: program('debugfs'), why: 'puts a configuration into an image', packages: packages('e2fsprogs') },
  { name: 'resize2fs', needed: ['flash'], look: program('resize2fs'), why: 'grows file systems', packages: packages('e2fsprogs') },
  { name: 'mcopy', needed: [], wanted: ['flash'], look: program('mcopy'), why: 'puts a configuration into an EFI image', packages: packages('mtools') },
]; // prettier-ignore

const sshClient = packages('openssh-client', 'openssh-clients', 'openssh');

const provisionAndLab: readonly Requirement[] = [
  { name: 'ssh', needed: ['provision', 'lab'], look: program('ssh'), why: 'reaches devices', packages: sshClient },
  { name: 'ssh-keygen', needed: ['provision', 'lab'], look: program('ssh-keygen'), why: 'makes and compares keys', packages: sshClient },
  {
    name: 'QEMU',
    needed: ['lab'],
    look: program('qemu-system-x86_64'),
    why: 'boots images',
    packages: packages('qemu-system-x86', 'qemu-system-x86-core', 'qemu-system-x86'),
  },
  { name: 'ip', needed: ['lab'], look: program('ip'), why: 'makes networks', packages: packages('iproute2', 'iproute', 'iproute2') },
  { name: 'tc', needed: ['lab'], look: program('tc'), why: 'shapes links', packages: packages('iproute2', 'iproute-tc', 'iproute2') },
  { name: 'unshare', needed: ['lab'], look: program('unshare'), why: 'makes namespaces', packages: packages('util-linux') },
]; // prettier-ignore

const testExtras: readonly Extra[] = [
  { name: 'shellcheck', look: program('shellcheck'), packages: packages('shellcheck', 'ShellCheck', 'shellcheck') },
  { name: 'nft', look: program('nft'), packages: packages('nftables') },
  { name: 'dnsmasq', look: program('dnsmasq'), packages: packages('dnsmasq-base', 'dnsmasq', 'dnsmasq') },
  { name: 'busybox', look: program('busybox'), packages: packages('busybox') },
  { name: 'iperf3', look: program('iperf3'), packages: packages('iperf3') },
  { name: 'tcpdump', look: program('tcpdump'), packages: packages('tcpdump') },
  { name: 'sfdisk', look: program('sfdisk'), packages: packages('fdisk', 'util-linux', 'util-linux') },
  { name: 'mkfs.vfat', look: program('mkfs.vfat'), packages: packages('dosfstools') },
  { name: 'mkfs.f2fs', look: program('mkfs.f2fs'), packages: packages('f2fs-tools') },
  { name: 'mksquashfs', look: program('mksquashfs'), packages: packages('squashfs-tools') },
  { name: 'losetup', look: program('losetup'), packages: packages('mount', 'util-linux', 'util-linux') },
  { name: 'qemu-img', look: program('qemu-img'), packages: packages('qemu-utils', 'qemu-img', 'qemu-img') },
  { name: 'bmaptool', look: program('bmaptool'), packages: packages('bmap-tools', 'bmap-tools', 'bmap-tools') },
  { name: 'minisign', look: program('minisign'), packages: packages('minisign') },
  { name: 'signify', look: program('signify-openbsd'), packages: packages('signify-openbsd', 'signify', 'signify') },
  { name: 'cpio', look: program('cpio'), packages: packages('cpio') },
  { name: 'script', look: program('script'), packages: packages('bsdutils', 'util-linux', 'util-linux') },
];

const testsOnly: readonly Requirement[] = testExtras.map((extra) => ({
  needed: ['test'],
  why: 'the tests run it',
  ...extra,
}));

/** Everything that is looked for. */
export const requirements: readonly Requirement[] = [
  ...embeddedBuild,
  ...openwrtBuild,
  ...flash,
  ...provisionAndLab,
  ...testsOnly,
];
