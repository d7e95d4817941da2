/*
 * OverTheBox's image installs itself: booted from a stick, `lib/preinit/00_recovery` writes the whole stick over
 * /dev/mmcblk0, without asking, unless `recovery=` on the kernel's command line names another disk. Who puts such an image
 * on a stick has to be told.
 *
 * What can be seen: the file's name, what stands beside it, GRUB's menu (its partition is not packed), and the script
 * itself in an ext4 root file system. What cannot: the script in a squashfs, which is packed; an image of that kind with
 * another name and another menu goes unnoticed. So does content of which only a part flowed by.
 */

/** What is known of an image besides its content. */
export interface ImageSurroundings {
  /** The image file's name. */
  name: string;
  /** Texts of the files beside it, of those that are there. */
  profiles?: string;
  manifest?: string;
  otbBuild?: string;
}

const distribution = /overthebox/i;
/** Built from the tree of 2016, which has no such script. */
const harmlessRecipe = /"recipe":\s*"overthebox-2016"/;

/**
 * Why an image is taken for one that installs itself, by its name and the files beside it.
 *
 * @returns a reason as words (`its name is overthebox-….img.gz`); undefined when there is none
 */
export function installerReason({ name, profiles, manifest, otbBuild }: ImageSurroundings): string | undefined {
  if (otbBuild !== undefined && harmlessRecipe.test(otbBuild)) return undefined;
  if (otbBuild !== undefined && /"recipe":\s*"overthebox"/.test(otbBuild))
    return 'otb built it with the recipe overthebox';
  if (distribution.test(name)) return `its name is ${name}`;
  if (profiles !== undefined && /"image_prefix":\s*"overthebox/i.test(profiles))
    return 'profiles.json calls it OverTheBox';
  if (manifest !== undefined && /^overthebox\S* - /m.test(manifest)) return 'its manifest has the package overthebox';
  return undefined;
}

interface Trace {
  bytes: Buffer;
  reason: string;
}

const traces: readonly Trace[] = [
  { bytes: Buffer.from('menuentry "OverTheBox'), reason: "GRUB's menu says OverTheBox" },
  { bytes: Buffer.from('\nTARGET=mmcblk0\n'), reason: 'it has a script that takes mmcblk0 for its target' },
  { bytes: Buffer.from('00_recovery'), reason: 'it has a file 00_recovery' },
];
const overlap = Math.max(...traces.map(({ bytes }) => bytes.length)) - 1;

/** Looks for traces of such an installer in the raw content while it flows by. */
export class InstallerScanner {
  #tail = Buffer.alloc(0);
  #reason: string | undefined;
  #left: number;

  /** @param limit bytes to look at; GRUB's menu is in the first 32 MiB of any image of OpenWrt */
  constructor(limit = 512 * 1024 * 1024) {
    this.#left = limit;
  }

  /** Why the image is taken for one that installs itself; undefined as long as nothing was seen. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Takes the next bytes, in order; they may be written over afterwards. Zeros may be left out with {@link skip}. */
  push(block: Buffer): void {
    if (this.#reason !== undefined || this.#left <= 0) return;
    this.#left -= block.length;
    // What may lie across two blocks is looked for in a small piece of both.
    const seam = Buffer.concat([this.#tail, block.subarray(0, overlap)]);
    this.#reason = traces.find(({ bytes }) => seam.includes(bytes) || block.includes(bytes))?.reason;
    const end = block.length < overlap ? Buffer.concat([this.#tail, block]) : block;
    this.#tail = Buffer.from(end.subarray(-overlap));
  }

  /** Says that a part of the content which holds nothing was left out. */
  skip(): void {
    this.#tail = Buffer.alloc(0);
  }
}

/** The warning, line by line, for after the disk has been written. */
export function installerWarning(reason: string): string[] {
  return [
    'WARNING: A MACHINE THAT STARTS FROM THIS DISK MAY OVERWRITE ITS OWN.',
    `This looks like an image of OverTheBox: ${reason}.`,
    'Started from a stick, it copies itself over /dev/mmcblk0, the built-in disk of many boxes, without asking.',
    'To keep that disk, put `recovery=none` onto the kernel command line in the boot menu.',
  ];
}
