import type { LockedPlace } from './lock-file.js';
import type { Recipe } from './recipe.js';

/** Which commits a build is made of, each by all its 40 hexadecimal digits. */
export interface Pins {
  /** The build tree's. */
  source?: string;
  /** By the name of the feed. */
  feeds: Record<string, string>;
  /** Those of `otb.lock`, for feeds that are still where they were and that nothing else pins. */
  locked?: Readonly<Record<string, LockedPlace>>;
  /** Seconds since 1970: the date that goes into what is built. */
  sourceDateEpoch?: number;
}

/** No pin at all: every repository at its tip. */
export const noPins: Readonly<Pins> = Object.freeze({ feeds: Object.freeze({}) });

/** The commits of those that name one, by name. */
export function commitsOf(places: Readonly<Record<string, { commit?: string | undefined }>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(places).flatMap(([name, { commit }]) => (commit === undefined ? [] : [[name, commit] as const])),
  );
}

/** The pins that a recipe brings: its tree's, its feeds', and those it names for the tree's own feeds. */
export function recipePins({ source, feeds, pins }: Recipe): Pins {
  const own = commitsOf(Object.fromEntries(feeds.map((feed) => [feed.name, feed])));
  return {
    ...(source.kind === 'git' && source.commit !== undefined && { source: source.commit }),
    feeds: { ...pins, ...own },
  };
}
