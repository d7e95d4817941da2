import type { Requirement } from '../requirement.js';
import { packages, program, type Extra } from './words.js';

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
  { name: 'gpg', look: program('gpg'), packages: packages('gpg', 'gnupg2', 'gnupg') },
  { name: 'cpio', look: program('cpio'), packages: packages('cpio') },
  { name: 'script', look: program('script'), packages: packages('bsdutils', 'util-linux', 'util-linux') },
];

/** What the tests alone run. */
export const testsOnly: readonly Requirement[] = testExtras.map((extra) => ({
  needed: ['test'],
  why: 'the tests run it',
  ...extra,
}));
