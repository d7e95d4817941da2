import { Failure } from '../../core/failure.js';
import { plainLine } from '../../core/terminal-text.js';
import { foreignContentOf, hasBootSector, type ForeignContent } from './foreign-content.js';

/** How an image file holds the disk. */
export type ImageFormat = 'gzip' | 'xz' | 'zstd' | 'vdi' | 'raw';

/** What a check of an image's beginning goes by. */
export interface BeginningOptions {
  /** The file's name, for messages only. */
  name: string;
  /** True with `--allow-any-content`: what has no boot sector is taken, too. */
  allowAny: boolean;
}

const sectorBytes = 512;
const override = '`--allow-any-content` takes it as it is.';

function isPacked(head: Buffer, ...magic: readonly number[]): boolean {
  return head.subarray(0, magic.length).equals(Buffer.from(magic));
}

function containerOf(head: Buffer): Exclude<ImageFormat, 'raw'> | undefined {
  if (isPacked(head, 0x1f, 0x8b)) return 'gzip';
  if (isPacked(head, 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)) return 'xz';
  // The second is a frame to skip, with which parallel packers of zstd begin.
  const start = head.length < 4 ? 0 : head.readUInt32LE(0);
  if (start === 0xfd2fb528 || (start & 0xfffffff0) >>> 0 === 0x184d2a50) return 'zstd';
  if (head.length >= 0x44 && head.readUInt32LE(0x40) === 0xbeda107f) return 'vdi';
  return undefined;
}

function refuseForeign(name: string, { what, hint, mayBeWanted }: ForeignContent): never {
  throw new Failure(`${name} is no disk image: it is ${what}`, {
    code: mayBeWanted ? 'refused' : 'usage',
    hint: mayBeWanted ? `${hint} ${override}` : hint,
  });
}

/**
 * Throws unless a disk with this content can boot on a PC: its first sector must end with 55 AA, or a GPT must follow.
 *
 * @param start how the raw (unpacked) disk begins: 512 bytes at least. With 32 KiB and more it also tells file systems
 *   and CDs by their names, and sees the GPT of a disk whose first sector is empty.
 * @throws Failure that says what the content is instead
 */
export function verifyBootable(start: Buffer, { name, allowAny }: BeginningOptions): void {
  const shown = plainLine(name);
  if (start.length === 0) throw new Failure(`${shown} is empty`, { code: 'usage', hint: 'Fetch the image again.' });
  const container = containerOf(start);
  if (container !== undefined) {
    refuseForeign(shown, {
      what: `${container} inside of another packing`,
      hint: 'Unpack the outer one first, and give what is in it.',
      mayBeWanted: false,
    });
  }
  const foreign = foreignContentOf(start);
  if (foreign !== undefined && !(foreign.mayBeWanted && allowAny)) refuseForeign(shown, foreign);
  if (allowAny || (start.length >= sectorBytes && hasBootSector(start))) return;
  throw new Failure(`${shown} is no disk image: ${whyNot(start)}`, {
    code: 'refused',
    hint: `Look whether the file is whole, and the right one. ${override}`,
  });
}

function whyNot(start: Buffer): string {
  if (start.length < sectorBytes) return `it has ${start.length} bytes, and one sector is ${sectorBytes}`;
  if (start.every((byte) => byte === 0)) return 'it begins with nothing but zeros';
  return 'its first sector has no boot signature (55 AA), and no GPT follows';
}

/**
 * Tells from its content, not from its name, how a file holds a disk.
 *
 * @param head how the file begins: 64 KiB of it, or all when it is shorter
 * @param name the file's name, for messages
 * @returns `raw` only for what {@link verifyBootable} takes; what the others hold is not looked at here
 * @throws Failure that says what the file is instead
 */
export function detectFormat(head: Buffer, name: string, { allowAny = false } = {}): ImageFormat {
  const container = containerOf(head);
  if (container === undefined) verifyBootable(head, { name, allowAny });
  return container ?? 'raw';
}
