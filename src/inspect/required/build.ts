import type { Requirement } from '../requirement.js';
import { gnu, packages, program, type Extra } from './words.js';

const coreutils = packages('coreutils');

/** What the embedded tree's build runs. */
export const embeddedBuild: readonly Requirement[] = [
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
  {
    name: 'perl',
    needed: ['build'],
    look: program('perl'),
    why: "runs the build's scripts",
    packages: packages('perl'),
  },
  {
    name: 'Perl modules',
    needed: ['build'],
    look: {
      kind: 'perl',
      modules: [
        'Data::Dumper',
        'Digest::SHA',
        'Fcntl',
        'File::Basename',
        'File::Compare',
        'File::Copy',
        'File::Find',
        'File::Path',
        'File::Temp',
        'FindBin',
        'Getopt::Long',
        'IPC::Cmd',
        'JSON::PP',
        'Thread::Queue',
        'Time::HiRes',
      ],
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
  {
    name: 'GNU patch',
    needed: ['build'],
    look: gnu('patch', /\bpatch\b/),
    why: 'applies patches',
    packages: packages('patch'),
  },
  { name: 'GNU diff', needed: ['build'], look: gnu('diff'), why: 'compares', packages: packages('diffutils') },
  {
    name: 'flock',
    needed: ['build'],
    look: program('flock'),
    why: 'lets parallel jobs take turns',
    packages: packages('util-linux'),
  },
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
  {
    name: 'apt-get',
    needed: ['build'],
    look: program('apt-get'),
    why: "fetches Debian's packages",
    packages: packages('apt'),
  },
  {
    name: 'dpkg-deb',
    needed: ['build'],
    look: program('dpkg-deb'),
    why: "unpacks Debian's packages",
    packages: packages('dpkg'),
  },
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
];

const forOpenwrt = 'OpenWrt trees need it';

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
  {
    name: 'zstd',
    needed: ['flash'],
    look: program('zstd'),
    why: 'reads .zst images and sources',
    packages: packages('zstd'),
  },
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
];

/** What OpenWrt's own prerequisite check asks for beyond that. */
export const openwrtBuild: readonly Requirement[] = openwrtExtras.map((extra) => ({
  needed: [],
  wanted: ['build'],
  why: forOpenwrt,
  ...extra,
}));
