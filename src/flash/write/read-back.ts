import type { Disk } from '../../effects/disk.js';
import type { BlockPool } from './block-pool.js';
import { isProvenBy, type Proof } from './proof.js';

/** How many blocks are read at the same time. */
const abreast = 4;

/** What reading back needs. */
export interface ReadBackHelp {
  scratch: BlockPool;
  zeros: Buffer;
  signal: AbortSignal;
  /** Called with the bytes that have just been proven. */
  onProven: (bytes: number) => void;
}

/**
 * Reads pieces of a disk, and compares them with what was to be written there.
 *
 * @returns the first piece that is something else, or undefined when all are as they should be
 * @throws Failure when the disk cannot be read
 */
export async function findDifference(
  disk: Disk,
  proofs: readonly Proof[],
  help: ReadBackHelp,
): Promise<Proof | undefined> {
  const waiting = proofs.values();
  let wrong: Proof | undefined;
  const readSome = async () => {
    for (const proof of waiting) {
      help.signal.throwIfAborted();
      // What is behind a difference does not matter any more.
      if (wrong && wrong.index < proof.index) return;
      await help.scratch.lend(async (buffer) => {
        const bytes = buffer.subarray(0, proof.length);
        await disk.read(bytes, proof.offset);
        const isRight = isProvenBy(proof, bytes, help.zeros);
        if (!isRight && (!wrong || proof.index < wrong.index)) wrong = proof;
      });
      help.onProven(proof.length);
    }
  };
  await Promise.all(Array.from({ length: abreast }, readSome));
  return wrong;
}
