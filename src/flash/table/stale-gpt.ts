import { hasGptSignature } from './gpt-header.js';
import { parseMbr } from './mbr.js';
import type { TableWrite } from './table-write.js';

/** What is to be known about a disk before old GPT sectors on it are erased. */
export interface StaleGptFacts {
  /** The first bytes of the image, 64 KiB or more; or all of a smaller one. */
  imageHead: Buffer;
  /** Bytes of the whole image, as it lies on the disk. */
  imageBytes: number;
  /** The first bytes of the disk, 64 KiB or more: before the image was written, or after. */
  diskHead: Buffer;
  /** The last bytes of the disk: 1 MiB does. */
  diskTail: Buffer;
  diskBytes: number;
  sectorSize: number;
}

/** What every GPT reserves for its entries, at least. */
const reservedBytes = 16_384;

function zeros(first: number, count: number, sectorSize: number, what: string): TableWrite[] {
  return count <= 0 ? [] : [{ offset: first * sectorSize, bytes: Buffer.alloc(count * sectorSize), what }];
}

function hasContent(image: Buffer, sector: number, sectorSize: number): boolean {
  return image.subarray(sector * sectorSize, (sector + 1) * sectorSize).some((byte) => byte !== 0);
}

// The image's own sectors there are its boot loader. A sector that it leaves empty may hold the disk's old bytes,
// where the writing skips what is empty.
function staleFront({ imageHead, diskHead, sectorSize }: StaleGptFacts, count: number): TableWrite[] {
  if (!hasGptSignature(diskHead.subarray(sectorSize))) return [];
  const writes: TableWrite[] = [];
  let first = 1;
  for (let sector = 1; sector <= count; sector += 1) {
    if (!hasContent(imageHead, sector, sectorSize)) continue;
    writes.push(...zeros(first, sector - first, sectorSize, 'the old GPT'));
    first = sector + 1;
  }
  return [...writes, ...zeros(first, count + 1 - first, sectorSize, 'the old GPT')];
}

function staleEnd({ imageBytes, diskTail, diskBytes, sectorSize }: StaleGptFacts, count: number): TableWrite[] {
  const sectors = Math.floor(diskBytes / sectorSize);
  const lastHeader = diskTail.length - (diskBytes - (sectors - 1) * sectorSize);
  if (lastHeader < 0 || !hasGptSignature(diskTail.subarray(lastHeader))) return [];
  const first = Math.max(sectors - count, Math.ceil(imageBytes / sectorSize), 1);
  return zeros(first, sectors - first, sectorSize, 'the old backup GPT');
}

/**
 * What erases the GPT that a disk had before an image with an MBR was written to it: tools would still find it. Nothing
 * of the image is touched, and nothing is erased where no GPT header is.
 *
 * @returns nothing for an image with a GPT: its own copy goes to the same place
 */
export function staleGptWrites(facts: StaleGptFacts): TableWrite[] {
  const { kind } = parseMbr(facts.imageHead);
  if (kind === 'protective' || kind === 'hybrid') return [];
  const count = 1 + Math.ceil(reservedBytes / facts.sectorSize);
  return [...staleFront(facts, count), ...staleEnd(facts, count)];
}
