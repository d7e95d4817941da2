/** Which option lets a disk be written in spite of an objection. */
export type Overrule = '--allow-system-disk' | '--allow-fixed' | '--unmount';

/** What kind of thing speaks against a disk. */
export type ObjectionCode =
  /** It is a partition, not a disk. */
  | 'partition'
  /** Optical, LVM, RAID, encryption, multipath: something that is made of disks, or cannot be written like one. */
  | 'not-a-disk'
  /** zram, or a RAM disk. */
  | 'memory'
  /** A boot, RPMB or general purpose area of an eMMC chip. */
  | 'boot-area'
  /** No card in the reader, no file behind the loop device. */
  | 'no-medium'
  | 'read-only'
  /** The running system, or its swap, is on it. */
  | 'system-disk'
  /** It holds a part of something larger: LVM, RAID, ZFS, open encryption. */
  | 'member'
  /** Something has it in use that no option of otb ends. */
  | 'in-use'
  | 'mounted'
  | 'fixed'
  | 'too-small';

/** A reason not to write a disk. */
export interface Objection {
  code: ObjectionCode;
  /** One line that names the disk, safe to print: `/dev/sdb is read-only`. */
  message: string;
  /** The option that overrules it; undefined when none does. */
  canBeOverruledBy: Overrule | undefined;
}

/** What is to be written, and what the user has allowed. */
export interface WritePolicy {
  /** How many bytes the image has when it is unpacked; undefined when that is not known. */
  imageBytes?: number | undefined;
  allowSystemDisk: boolean;
  allowFixed: boolean;
  unmount: boolean;
}

/** What holds without any option. */
export const noPermission: WritePolicy = { allowSystemDisk: false, allowFixed: false, unmount: false };
