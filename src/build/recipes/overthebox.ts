import type { Recipe } from '../recipe.js';

/** What OVH's build installs of its own feed by name, and puts into the image. */
const own = [
  'luci-mod-overthebox',
  'otb-auto-sqm',
  'otb-autoroute',
  'otb-backup',
  'otb-diagnostics',
  'otb-leds',
  'otb-remote',
  'otb-tracker',
];

/** What it takes of the other feeds, as far as it serves the router itself; its tools for OVH's support are left out. */
const others = ['luci-app-pbr', 'luci-proto-modemmanager', 'luci-proto-qmi', 'luci-proto-wireguard', 'mtr', 'nstat', 'pbr', 'tcpdump', 'usb-modeswitch', 'wireguard-tools'];

/**
 * OverTheBox v1.1.3 with the commits its repository names: OpenWrt 24.10.2 with OVH's changes, three stock feeds and its
 * own. The order is that of its build script; the tree's own feeds.conf.default is not used there. Left out is the
 * overlay of the root: one of its files writes the booted image over /dev/mmcblk0 without asking.
 */
export const overthebox: Recipe = {
  name: 'overthebox',
  summary: "OVH's OverTheBox v1.1.3: its tree, its feeds, for those who run OVH's service",
  source: {
    kind: 'git',
    url: 'https://github.com/ovh/overthebox-lede.git',
    commit: 'd50607b449600aa36e579895eff904d4b478b4c4',
  },
  treeFeeds: false,
  feeds: [
    {
      type: 'src-git',
      name: 'packages',
      location: 'https://github.com/openwrt/packages.git',
      mirrors: ['https://git.openwrt.org/feed/packages.git'],
      branch: 'openwrt-24.10',
      commit: 'dd6e009bde518e312c604f8dc6471e27c4404c97',
    },
    {
      type: 'src-git',
      name: 'luci',
      location: 'https://github.com/openwrt/luci.git',
      mirrors: ['https://git.openwrt.org/project/luci.git'],
      branch: 'openwrt-24.10',
      commit: '923f8d991a49dc3d899fd24fc92ae7b1653ee4d0',
    },
    {
      type: 'src-git',
      name: 'routing',
      location: 'https://github.com/openwrt/routing.git',
      mirrors: ['https://git.openwrt.org/feed/routing.git'],
      branch: 'openwrt-24.10',
      commit: 'bdbd09d1338066832fbc33fb10d28daea6fe121f',
    },
    {
      type: 'src-git',
      name: 'overthebox',
      location: 'https://github.com/ovh/overthebox-feeds.git',
      commit: 'afd781cefb234725790ece853d7861ddd44ea9a0',
    },
  ],
  installs: [
    ['-a', '-d', 'y', '-f', '-p', 'overthebox'],
    ['-d', 'y', ...others, ...own],
  ],
  config: [
    'CONFIG_TARGET_x86=y',
    'CONFIG_TARGET_x86_64=y',
    'CONFIG_TARGET_x86_64_DEVICE_generic=y',
    'CONFIG_TARGET_ROOTFS_EXT4FS=y',
    'CONFIG_TARGET_ROOTFS_SQUASHFS=y',
    'CONFIG_TARGET_ROOTFS_PARTSIZE=512',
    'CONFIG_TARGET_IMAGES_GZIP=y',
    'CONFIG_GRUB_IMAGES=y',
    'CONFIG_GRUB_EFI_IMAGES=y',
    'CONFIG_VDI_IMAGES=y',
    'CONFIG_JSON_OVERVIEW_IMAGE_INFO=y',
    'CONFIG_JSON_CYCLONEDX_SBOM=y',
  ],
  packages: ['overthebox', ...own, ...others, 'kmod-inet-mptcp-diag'],
};
