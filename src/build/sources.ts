import type { FeedPlace } from './feeds.js';
import type { Pins } from './pins.js';

/** Where a build's sources come from, which are wanted, and which were found. */
export interface Sources {
  /** The directory of the bare caches. Absolute. */
  caches: string;
  /** True when no network may be used: the caches have it, or the build ends. */
  offline: boolean;
  /** The commits to take; what is not named is taken at its tip. */
  wanted: Readonly<Pins>;
  /** The commits that were taken, read back from the work trees; the stages `source` and `feeds` fill it. */
  resolved: Pins;
  /** Other places for feeds, the tree's own included, by name. */
  places: Readonly<Record<string, FeedPlace>>;
  /** Settings of git for all that a build runs (rewrites among them), by name and value, in order. */
  gitSettings: readonly (readonly [name: string, value: string])[];
  /** Tells the temporary names of two builds apart that run at once. */
  mark: string;
  /** Waits so many milliseconds, or until the signal fires, which throws. */
  pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}
