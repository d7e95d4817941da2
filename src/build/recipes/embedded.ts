import type { Recipe } from '../recipe.js';

/** The tree in this repository: a real, bootable x86-64 image out of Debian's packages and our own base. */
export const embedded: Recipe = {
  name: 'embedded',
  summary: "a bootable x86-64 image out of Debian's packages and otb's own base, in about a minute",
  source: { kind: 'tree', path: 'trees/embedded' },
  asRoot: true,
  feeds: [{ type: 'src-link', name: 'otb', location: 'feeds/otb' }],
  installs: [['-a']],
  config: [
    'CONFIG_TARGET_x86=y',
    'CONFIG_TARGET_x86_64=y',
    'CONFIG_TARGET_x86_64_DEVICE_generic=y',
    'CONFIG_TARGET_ROOTFS_EXT4FS=y',
    'CONFIG_TARGET_ROOTFS_TARGZ=y',
    'CONFIG_TARGET_IMAGES_GZIP=y',
    'CONFIG_GRUB_IMAGES=y',
    'CONFIG_VDI_IMAGES=y',
    'CONFIG_JSON_OVERVIEW_IMAGE_INFO=y',
    'CONFIG_JSON_CYCLONEDX_SBOM=y',
  ],
  packages: ['otb', 'ip-full', 'nftables', 'mptcpize', 'tcpdump', 'iperf3', 'bmon'],
};
