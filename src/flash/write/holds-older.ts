import { Failure } from '../../core/failure.js';
import { locateGpt } from '../table/gpt.js';
import { sameLayout } from '../table/mbr.js';
import { partitionsOf } from '../table/partition-list.js';

/** The partitions of a GPT, as a text to compare; undefined when there is none that is whole. */
function gptPartitions(head: Buffer, sectorSize: number): string | undefined {
  try {
    return locateGpt(head, sectorSize) && JSON.stringify(partitionsOf(head, sectorSize));
  } catch (error) {
    // What is on a disk may be damaged: that is no reason not to write it.
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/**
 * Whether a disk seems to hold an older version of an image: it has the same partitions, whatever their names. Then
 * most of the rest is probably the same, too.
 *
 * @param there the disk's first bytes, 64 KiB or more
 * @param wanted the image's
 */
export function holdsOlder(there: Buffer, wanted: Buffer, sectorSize: number): boolean {
  if (there.equals(wanted) || sameLayout(there.subarray(0, 512), wanted.subarray(0, 512))) return true;
  const partitions = gptPartitions(wanted, sectorSize);
  return partitions !== undefined && partitions === gptPartitions(there, sectorSize);
}
