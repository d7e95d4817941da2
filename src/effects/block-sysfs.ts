import { basename, dirname } from 'node:path';
import { realpath } from 'node:fs/promises';
import { quietNames, quietText } from './quiet-read.js';

/** What sysfs knows of one block device, and lsblk does not tell. */
export interface SysfsDevice {
  kernelName: string;
  /** The number of this disk, counted since the start of the system; a partition has its disk's. Linux 5.15. */
  diskSequence: number | undefined;
  /** Kernel names of the devices that are made of this one (dm, md, bcache), and of those that it is made of. */
  holders: readonly string[];
  slaves: readonly string[];
  /** The file behind a loop device. */
  backingFile: string | undefined;
  /** What the card on an MMC bus is: `SD`, or `MMC` for eMMC. Other buses have other words. */
  cardType: string | undefined;
}

/** A btrfs that is mounted, and the kernel names of all its devices. */
export interface BtrfsSet {
  uuid: string;
  kernelNames: readonly string[];
}

/** The sequence number of a disk; a partition's is in the directory of its disk. */
export async function readDiskSequence(directory: string): Promise<number | undefined> {
  const text = (await quietText(`${directory}/diskseq`)) ?? (await quietText(`${dirname(directory)}/diskseq`));
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}

async function readDevice(block: string, kernelName: string): Promise<SysfsDevice> {
  const directory = await realpath(`${block}/${kernelName}`).catch(() => `${block}/${kernelName}`);
  const [diskSequence, holders, slaves, backingFile, cardType] = await Promise.all([
    readDiskSequence(directory),
    quietNames(`${directory}/holders`),
    quietNames(`${directory}/slaves`),
    quietText(`${directory}/loop/backing_file`),
    quietText(`${directory}/device/type`),
  ]);
  return { kernelName, diskSequence, holders, slaves, backingFile, cardType };
}

/** Every block device in `/sys/class/block`. */
export async function readSysfsDevices(sys: string): Promise<SysfsDevice[]> {
  const block = `${sys}/class/block`;
  return Promise.all((await quietNames(block)).map((name) => readDevice(block, name)));
}

/** Every btrfs that is mounted somewhere, in whatever namespace. */
export async function readBtrfsSets(sys: string): Promise<BtrfsSet[]> {
  const uuids = (await quietNames(`${sys}/fs/btrfs`)).filter((name) => name.includes('-'));
  return Promise.all(
    uuids.map(async (uuid) => {
      const names = await quietNames(`${sys}/fs/btrfs/${uuid}/devices`);
      return { uuid, kernelNames: names.map((name) => basename(name)) };
    }),
  );
}
