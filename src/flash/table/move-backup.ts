import { locateGpt } from './gpt.js';
import { changing, gptWrites } from './gpt-writes.js';
import type { TableWrite } from './table-write.js';

/**
 * What puts a GPT's second copy where the disk really ends, in the order in which it is to be written. Entries and
 * GUIDs stay, so that `root=PARTUUID=` still finds its partition.
 *
 * @param head the first bytes of the image, or of the disk that it was written to; 64 KiB or more
 * @param diskBytes the size of the disk
 * @param tail the disk's last bytes, where they are known: 1 MiB does. Without them a header that names the right end
 *   is believed to have its copy there; an image that was made for this very size may have none.
 * @returns nothing for an MBR, and for a table that is right
 * @throws Failure when the GPT is damaged, made for other sectors, or the disk too small for it
 */
export function moveBackup(head: Buffer, diskBytes: number, sectorSize: number, tail?: Buffer): TableWrite[] {
  const located = locateGpt(head, sectorSize);
  if (located === undefined) return [];
  const { backup, primary } = gptWrites(head, located, located.entries, { diskBytes, sectorSize });
  const inFront = changing(primary, head, 0);
  if (tail !== undefined) return [...changing(backup, tail, diskBytes - tail.length), ...inFront];
  const isHeaderRight = inFront.every(({ offset }) => offset !== sectorSize);
  return isHeaderRight ? inFront : [...backup, ...inFront];
}
