import type { ForeignMount } from '../../effects/mount-table.js';

/** Something that is on a disk: the disk itself, a partition, or what was made of one (LVM, RAID, encryption, loop). */
export interface DriveUse {
  /** `/dev/sdb1`, `/dev/mapper/vg-root` */
  path: string;
  kernelName: string;
  /** lsblk's word: `part`, `lvm`, `crypt`, `raid1`, `mpath`, `loop`, … */
  type: string;
  /** `8:17`; undefined when only the kernel's list of holders names it. */
  majorMinor: string | undefined;
  /** As blkid finds it: `ext4`, `vfat`, `LVM2_member`, `crypto_LUKS`, … */
  fsType: string | undefined;
  label: string | undefined;
  partLabel: string | undefined;
  /** In bytes. */
  size: number;
  /** Where this process sees it mounted; `[SWAP]` when it is swapped to, or a file on it is. */
  mountpoints: readonly string[];
  /** Where other mount namespaces have it mounted, as far as this one's mounts do not tell the same. */
  foreignMounts: readonly ForeignMount[];
  /** Kernel names of what it lies on; none for the disk itself. */
  parents: readonly string[];
  /** What has it in use and is no device: a btrfs over several disks. */
  heldBy: readonly string[];
  /** The file behind a loop device. */
  backingFile: string | undefined;
}

/** A block device, with what lies on it. Text that a disk tells of itself is not clean: see `plain-word.ts`. */
export interface Drive {
  /** `/dev/sdb` */
  path: string;
  kernelName: string;
  /** lsblk's word: `disk`, `part`, `loop`, `rom`, `lvm`, `crypt`, `raid1`, `mpath`, … */
  type: string;
  /** Its links in `/dev/disk/by-id`, the one with model and serial number first. */
  byId: readonly string[];
  /** `8:16` */
  majorMinor: string;
  /** In bytes; 0 when there is no card in the reader. */
  size: number;
  model: string | undefined;
  serial: string | undefined;
  wwn: string | undefined;
  vendor: string | undefined;
  /** `usb`, `nvme`, `sata`, `mmc`, … */
  transport: string | undefined;
  isRemovable: boolean;
  isHotplug: boolean;
  isReadOnly: boolean;
  /** True for a chip on the board (eMMC), which stands in the list as an SD card does. */
  isEmmc: boolean;
  /** In bytes: 512, seldom 4096. */
  logicalSector: number;
  /** The kernel's number of this disk, counted since the start; undefined before Linux 5.15. */
  diskSequence: number | undefined;
  /** The disk that a partition is on. */
  parentPath: string | undefined;
  /** Paths of the devices that it is made of; none for a disk. */
  madeOf: readonly string[];
  /** The disk itself when it holds something, then all that is on it, however deep. */
  uses: readonly DriveUse[];
}
