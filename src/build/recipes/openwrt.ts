import type { Recipe } from '../recipe.js';

/**
 * OpenWrt 24.10.4 as released: the commit is that of the tag v24.10.4, and its own feeds.conf.default pins the feeds by
 * hash. 24.10 is the first series whose stock kernel has MPTCP v1. BusyBox's `ip` knows no `mptcp`, so `ip-full`; mwan3
 * marks with iptables. 24.10 carries no shadowsocks any more: the tunnel's program comes from OVH's feed, and nothing
 * else of it is installed.
 */
export const openwrt: Recipe = {
  name: 'openwrt',
  summary: "stock OpenWrt 24.10.4 with MPTCP, mwan3, the tunnel, LuCI and otb's own packages: the recommended product",
  source: {
    kind: 'git',
    url: 'https://git.openwrt.org/openwrt/openwrt.git',
    mirrors: ['https://github.com/openwrt/openwrt.git'],
    branch: 'openwrt-24.10',
    commit: '78b23a26c4c98938d549e7ff5876508544e33d4d',
  },
  feeds: [
    {
      type: 'src-git',
      name: 'overthebox',
      location: 'https://github.com/ovh/overthebox-feeds.git',
      commit: 'afd781cefb234725790ece853d7861ddd44ea9a0',
    },
    { type: 'src-link', name: 'otb', location: 'feeds/otb' },
  ],
  installs: [
    ['-a', '-p', 'otb'],
    ['-p', 'overthebox', 'shadowsocks-rust'],
    ['-a', '-p', 'packages'],
    ['-a', '-p', 'luci'],
    ['-a', '-p', 'routing'],
  ],
  config: [
    'CONFIG_TARGET_x86=y',
    'CONFIG_TARGET_x86_64=y',
    'CONFIG_TARGET_x86_64_DEVICE_generic=y',
    'CONFIG_TARGET_ROOTFS_EXT4FS=y',
    'CONFIG_TARGET_ROOTFS_SQUASHFS=y',
    'CONFIG_TARGET_ROOTFS_PARTSIZE=256',
    'CONFIG_TARGET_IMAGES_GZIP=y',
    'CONFIG_GRUB_IMAGES=y',
    'CONFIG_GRUB_EFI_IMAGES=y',
    'CONFIG_VDI_IMAGES=y',
    'CONFIG_JSON_OVERVIEW_IMAGE_INFO=y',
    'CONFIG_JSON_CYCLONEDX_SBOM=y',
    'CONFIG_KERNEL_MPTCP=y',
  ],
  packages: [
    'otb',
    'ip-full', 'kmod-inet-mptcp-diag', 'mptcpize', 'tc-full', 'kmod-sched-core', 'kmod-ifb',
    'mwan3', 'luci-app-mwan3', 'iptables-nft', 'ip6tables-nft', 'ipset',
    'shadowsocks-rust',
    'luci', 'luci-ssl',
    'tcpdump', 'iperf3', 'bmon',
  ],
};
