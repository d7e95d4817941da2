import { collect } from '../collect.js';
import type { CommandModule } from '../command.js';

/** `otb flash [image] [disk…]`: an image onto disks. */
export const flash: CommandModule = {
  name: 'flash',
  describe: (command) =>
    command
      .description('Write a router image onto disks, and prove that it is there. Without a disk: list the disks.')
      .argument('[image]', 'an image (.img, .img.gz, .img.xz, .img.zst, .vdi), or a recipe that has been built')
      .argument('[disks...]', 'what to write to, for instance /dev/sdb or a path of /dev/disk/by-id')
      .option('--confirm <disk>', 'the disk, once more: what a script says in place of typing it', collect)
      .option('--to-file <path>', 'write into a file instead of a disk')
      .option('--expand', 'have the last partition, and an ext4 on it, reach the end of the disk')
      .option('--seed <device>', 'put the host name, address and keys of this device of otb.yaml into the image')
      .option('--sha256 <hash>', 'what the file of the image must hash to')
      .option(
        '--public-key <file>',
        'the key (usign, signify, minisign, PGP) that must have signed the image or sha256sums',
      )
      .option('--insecure', 'go on when there is no signature although there is a key')
      .option('--unmount', 'unmount what is mounted from the disk first')
      .option('--allow-fixed', 'write a disk that is not removable, too')
      .option(
        '--allow-system-disk',
        'write a disk that this machine runs from, or that holds a part of LVM, RAID or ZFS',
      )
      .option('--allow-any-content', 'write something that does not look like a disk image, too')
      .option('--ssh <device>', 'upgrade this running device of otb.yaml, in place of writing a disk')
      .option('--wait <time>', 'how long an upgraded router may take to come back (default: 15m)')
      .option('--work <directory>', 'where recipes were built (default: build)'),
  examples: [
    'flash',
    'flash embedded /dev/sdb',
    'flash openwrt.img.gz /dev/disk/by-id/usb-SanDisk_Ultra_4C53-0:0 --expand',
    'flash openwrt.img.gz /dev/sdb /dev/sdc --confirm=/dev/sdb --confirm=/dev/sdc',
    'flash openwrt.img.gz --to-file disk.img',
    'flash embedded /dev/sdb --seed home',
    'flash openwrt.img.gz --ssh home',
  ],
  async run(context, [image, disks], options) {
    const { runFlash } = await import('../flash/flash-run.js');
    return runFlash(context, image as string | undefined, disks as readonly string[], options);
  },
};
