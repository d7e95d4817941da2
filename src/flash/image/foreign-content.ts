import { isUtf8 } from 'node:buffer';

/** Something that is no disk image, told from how it begins. */
export interface ForeignContent {
  /** With its article, for `FILE is …`. */
  what: string;
  /** What to do, as a sentence. */
  hint: string;
  /** True when somebody may still have a reason to put it onto a disk as it is. */
  mayBeWanted: boolean;
}

interface Signature extends ForeignContent {
  isIn: (head: Buffer) => boolean;
}

function at(offset: number, ...magics: readonly string[]): (head: Buffer) => boolean {
  return (head) => magics.some((magic) => head.toString('latin1', offset, offset + magic.length) === magic);
}

/** True when the first sector ends as a PC's boot sector does, or a GPT stands behind it. */
export function hasBootSector(head: Buffer): boolean {
  return at(510, '\x55\xaa')(head) || at(512, 'EFI PART')(head) || at(4096, 'EFI PART')(head);
}

function isText(head: Buffer): boolean {
  const start = head.subarray(0, 512);
  // A character may be cut in two at the end.
  const isWhole = [0, 1, 2, 3].some((cut) => isUtf8(start.subarray(0, start.length - cut)));
  // eslint-disable-next-line no-control-regex -- a text has no control characters
  return isWhole && !/[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(start.toString('latin1'));
}

function isTextLike(pattern: RegExp): (head: Buffer) => boolean {
  return (head) =>
    isText(head) &&
    pattern.test(
      head
        .toString('utf8', 0, 512)
        .replace(/^\ufeff/, '')
        .trimStart(),
    );
}

function unlessBootable(isIn: (head: Buffer) => boolean): (head: Buffer) => boolean {
  return (head) => isIn(head) && !hasBootSector(head);
}

const unpack = 'Unpack it first, and give what is in it.';
const convert = 'Convert it first: `qemu-img convert -O raw FROM TO.img`.';
const wholeDisk = 'Take the image of the whole disk: its name has `combined` or `sdcard` in it.';
const download = 'The download went wrong, or the address was one of a page: fetch the image itself.';
const tar = (head: Buffer) => at(257, 'ustar')(head);

function never(what: string, hint: string, isIn: Signature['isIn']): Signature {
  return { what, hint, mayBeWanted: false, isIn };
}

function maybe(what: string, hint: string, isIn: Signature['isIn']): Signature {
  return { what, hint, mayBeWanted: true, isIn };
}

const signatures: readonly Signature[] = [
  never('a zip archive', unpack, at(0, 'PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08')),
  never('packed by bzip2', 'Unpack it first with `bunzip2`.', unlessBootable(at(0, 'BZh'))),
  never('a 7-Zip archive', unpack, at(0, '7z\xbc\xaf\x27\x1c')),
  never('a RAR archive', unpack, at(0, 'Rar!\x1a\x07')),
  never('packed by lzip', 'Unpack it first with `lzip -d`.', at(0, 'LZIP')),
  never('packed by lz4', 'Unpack it first with `lz4 -d`.', at(0, '\x04\x22\x4d\x18')),
  never('packed by lzop', 'Unpack it first with `lzop -d`.', at(0, '\x89LZO\0')),
  never('packed by lzma', 'Unpack it first with `unlzma`.', unlessBootable(at(0, '\x5d\0\0'))),
  never('packed by compress', 'Unpack it first with `uncompress`.', unlessBootable(at(0, '\x1f\x9d'))),
  never('a virtual disk of QEMU (qcow2)', convert, at(0, 'QFI\xfb')),
  never('a virtual disk of VMware (VMDK)', convert, at(0, 'KDMV', 'COWD', '# Disk DescriptorFile')),
  never('a virtual disk of Hyper-V', convert, at(0, 'vhdxfile', 'conectix')),
  never('a Debian package', wholeDisk, at(0, '!<arch>\n')),
  never('an image for sysupgrade (a tar archive)', wholeDisk, (head) => tar(head) && at(0, 'sysupgrade-')(head)),
  never('a tar archive', wholeDisk, tar),
  never('a cpio archive', wholeDisk, at(0, '070701', '070702', '070707')),
  maybe('a squashfs file system without a partition table', wholeDisk, at(0, 'hsqs', 'sqsh')),
  maybe('an image for raw flash memory (UBI)', wholeDisk, at(0, 'UBI#', '\x31\x18\x10\x06')),
  maybe('an image for raw flash memory (JFFS2)', wholeDisk, unlessBootable(at(0, '\x85\x19', '\x19\x85'))),
  maybe('a kernel (uImage)', wholeDisk, at(0, '\x27\x05\x19\x56')),
  maybe('a kernel (FIT), or a device tree', wholeDisk, at(0, '\xd0\x0d\xfe\xed')),
  maybe('a program, or a kernel (ELF)', wholeDisk, at(0, '\x7fELF')),
  maybe('a Linux kernel', wholeDisk, at(514, 'HdrS')),
  maybe('an ext4 file system without a partition table', wholeDisk, unlessBootable(at(1080, '\x53\xef'))),
  maybe('a CD image (ISO 9660) that boots from no disk', wholeDisk, unlessBootable(at(32769, 'CD001'))),
  never('a web page', download, isTextLike(/^(<!--[^]*?-->\s*)*<(!doctype html|html|head|body)\b/i)),
  never('an XML document', download, isTextLike(/^<(\?xml|Error|ListBucketResult)\b/)),
  never('a JSON document', download, isTextLike(/^[[{]\s*(["[{\]}\d-]|true|false|null)/)),
  never('a pointer of Git LFS', 'Fetch the file itself: `git lfs pull`.', isTextLike(/^version https:\/\/git-lfs/)),
  never(
    'a signature or key in text form',
    'Give the image it belongs to.',
    isTextLike(/^(-----BEGIN PGP|untrusted comment:)/),
  ),
  maybe('a text', 'Give the image.', isText),
];

/** What the content is when it is something known that is no disk; undefined for anything else. */
export function foreignContentOf(head: Buffer): ForeignContent | undefined {
  return signatures.find(({ isIn }) => isIn(head));
}
