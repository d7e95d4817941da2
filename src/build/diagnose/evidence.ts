import type { Remedy } from '../remedies/remedy.js';
import type { Captured, Signature } from './signatures/signature.js';

/** A line that may explain a failure. */
export interface Evidence {
  signature: Signature;
  captured: Captured;
  /** Set when a remedy's signature matched. */
  remedy?: Remedy;
  line: number;
  text: string;
  /** Lines behind it that belong to it. */
  following: string[];
  /** The packages make was in. */
  within: readonly string[];
  /** Already the cause of a finding. */
  isUsed: boolean;
}

const mostKept = 400;
const mostFollowing = 8;

/** The part of `build_dir` that a text speaks of: `zlib-1.2.13`. */
export function buildDirectoryOf(text: string): string | undefined {
  return /\/build_dir\/[^/\s]+\/([^/\s:'"]+)/.exec(text)?.[1];
}

/** The evidence of the last while, oldest first; what was used or is long past is forgotten. */
export class EvidenceStore {
  #kept: Evidence[] = [];
  #follower: Evidence | undefined;

  add(evidence: Evidence): void {
    this.#kept.push(evidence);
    if (this.#kept.length > mostKept) this.#kept = this.#kept.slice(-mostKept / 2);
    this.#follower = evidence.signature.follow ? evidence : undefined;
  }

  /** Whether the next line may belong to the evidence before it. */
  get isFollowed(): boolean {
    return this.#follower !== undefined;
  }

  /** Offers a line that comes behind evidence. */
  follow(text: string): void {
    const { signature, following } = this.#follower ?? {};
    if (!following || text.trim() === '') return;
    if (signature?.follow?.test(text) === true) following.push(text);
    else this.#follower = undefined;
    if (following.length >= mostFollowing) this.#follower = undefined;
  }

  /** Ends what the last evidence may still take. */
  stopFollowing(): void {
    this.#follower = undefined;
  }

  get all(): readonly Evidence[] {
    return this.#kept;
  }
}
