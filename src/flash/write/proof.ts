import { createHash } from 'node:crypto';
import type { Block } from './block.js';

/** What a piece of a disk must be like, from when its content went by. */
export interface Proof {
  index: number;
  offset: number;
  length: number;
  /** SHA-256 of the content; undefined for nothing but zeros. */
  sha256: Buffer | undefined;
  /** The content itself, where it is not the image's: a partition table that was fitted to the disk. */
  bytes?: Buffer;
}

/** True when the bytes are what the proof says. `zeros` is at least as long, and nothing but zeros. */
export function isProvenBy({ length, sha256 }: Proof, bytes: Buffer, zeros: Buffer): boolean {
  if (!sha256) return bytes.compare(zeros, 0, length) === 0;
  return createHash('sha256').update(bytes).digest().equals(sha256);
}

/** What is to be read back of a disk, block by block. */
export class ProofList {
  readonly #proofs: (Proof | undefined)[] = [];

  add({ index, offset, bytes, sha256 }: Block): void {
    this.#proofs[index] = { index, offset, length: bytes.length, sha256 };
  }

  /** The first block as it is on this disk. */
  addFitted(block: Block): void {
    this.add(block);
    const proof = this.#proofs[block.index];
    if (proof) proof.bytes = block.bytes;
  }

  /** Something that belongs to the disk, not to the image. */
  addPiece(offset: number, bytes: Buffer): void {
    const sha256 = createHash('sha256').update(bytes).digest();
    this.#proofs.push({ index: this.#proofs.length, offset, length: bytes.length, sha256, bytes });
  }

  /** The disk was read, and had just this: that is the proof. */
  setProven(index: number): void {
    this.#proofs[index] = undefined;
  }

  /** What is left to be proven, in the order of the disk. */
  open(): Proof[] {
    return this.#proofs.filter((proof) => proof !== undefined);
  }
}
