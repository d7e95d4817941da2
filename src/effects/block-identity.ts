import { dirname } from 'node:path';
import { realpath, stat, readFile } from 'node:fs/promises';
import { Failure } from '../core/failure.js';
import { readDiskSequence } from './block-sysfs.js';
import { majorMinorOf } from './device-number.js';
import { fileFailure } from './file-failure.js';
import { quietText } from './quiet-read.js';
import { systemPlaces, type SystemPlaces } from './system-places.js';

/** By what a disk is known again. What the kernel does not tell is undefined. */
export interface BlockIdentity {
  /** `8:16` */
  majorMinor: string;
  /** In bytes. */
  size: number | undefined;
  serial: string | undefined;
  wwn: string | undefined;
  /** Another disk in the same socket, or another file behind the same loop device, has another number. */
  diskSequence: number | undefined;
}

/** The serial number that a SCSI or SATA disk reports: a header of four bytes, its length in the last two of them. */
async function readScsiSerial(device: string): Promise<string | undefined> {
  const page = await readFile(`${device}/vpd_pg80`).catch(() => Buffer.alloc(0));
  if (page.length < 5) return undefined;
  const text = page
    .toString('latin1', 4, 4 + page.readUInt16BE(2))
    .replaceAll('\0', '')
    .trim();
  return text === '' ? undefined : text;
}

/** A USB stick has its number on the USB device, some directories above the disk. */
async function readUsbSerial(directory: string, sys: string): Promise<string | undefined> {
  for (let at = dirname(directory); at.startsWith(`${sys}/devices/`); at = dirname(at)) {
    if ((await quietText(`${at}/idVendor`)) !== undefined) return quietText(`${at}/serial`);
  }
  return undefined;
}

/** The file of a disk itself (virtio), of what it is on (NVMe, MMC), of its bus. */
async function readSerial(directory: string, sys: string): Promise<string | undefined> {
  return (
    (await quietText(`${directory}/serial`)) ??
    (await quietText(`${directory}/device/serial`)) ??
    (await readUsbSerial(directory, sys)) ??
    (await readScsiSerial(`${directory}/device`))
  );
}

async function readWwn(directory: string): Promise<string | undefined> {
  return (await quietText(`${directory}/wwid`)) ?? (await quietText(`${directory}/device/wwid`));
}

/**
 * The identity of a block device as the kernel has it now. A path may be swapped under a program: once the disk is
 * open, ask for `/proc/self/fd/N`.
 *
 * @throws {@link Failure} when the path cannot be read (prerequisite), or is no block device (refused)
 */
export async function readIdentity(path: string, places: SystemPlaces = systemPlaces): Promise<BlockIdentity> {
  const file = await stat(path).catch(fileFailure(path));
  if (!file.isBlockDevice()) {
    throw new Failure(`${path} is no block device`, { code: 'refused', hint: 'Look whether the disk is still there.' });
  }
  return identityOf(majorMinorOf(file.rdev), places);
}

/** {@link readIdentity} of a device by its number. */
export async function identityOf(majorMinor: string, places: SystemPlaces = systemPlaces): Promise<BlockIdentity> {
  const link = `${places.sys}/dev/block/${majorMinor}`;
  const directory = await realpath(link).catch(() => link);
  const [sectors, serial, wwn, diskSequence] = await Promise.all([
    quietText(`${directory}/size`),
    readSerial(directory, places.sys),
    readWwn(directory),
    readDiskSequence(directory),
  ]);
  // Whatever the disk's own sectors are, sysfs counts in 512 bytes.
  const size = sectors === undefined ? undefined : Number(sectors) * 512;
  return { majorMinor, size, serial, wwn, diskSequence };
}
