import type { Recipe } from '../recipe.js';

/**
 * The README of 2016, command for command. Its tree (OpenWrt 15.05 with the MPTCP kernel of the time) ended in February
 * 2017; the feeds are pinned to what they were on those days, because netifd and dnsmasq have left OVH's feed since, and
 * the rest has moved on to other trees. Of luci, telephony and management no such commit is known for sure: they stay on
 * their branch `for-15.05`, which has had its last commits in 2018.
 */
export const overthebox2016: Recipe = {
  name: 'overthebox-2016',
  summary: "OverTheBox as its README of 2016 builds it, with pins of the time; for history's sake, not for a network",
  source: {
    kind: 'git',
    url: 'https://github.com/ovh/overthebox-openwrt.git',
    branch: 'overthebox',
    commit: 'e019497a7a425cbf7b60a2b0c79476d341a6e414',
  },
  feeds: [
    {
      type: 'src-git',
      name: 'overthebox',
      location: 'https://github.com/ovh/overthebox-feeds.git',
      commit: 'a7e5e773c5b2a134b04ecdd56627e607ee7ca8a8',
    },
  ],
  pins: {
    packages: '3cb2cd7b5a969ee9794e0cc15fa80e027286f8d4',
    routing: 'c4d975fc18af8b1ab78566708a81323d5c7fda8f',
  },
  installs: [
    ['-a', '-p', 'overthebox'],
    ['-p', 'overthebox', '-f', 'netifd'],
    ['-p', 'overthebox', '-f', 'dnsmasq'],
    ['-a'],
  ],
  config: [
    'CONFIG_TARGET_x86=y',
    'CONFIG_TARGET_x86_64=y',
    'CONFIG_TARGET_ROOTFS_EXT4FS=y',
    'CONFIG_TARGET_IMAGES_GZIP=y',
    'CONFIG_GRUB_IMAGES=y',
    'CONFIG_VDI_IMAGES=y',
  ],
  packages: ['overthebox'],
};
