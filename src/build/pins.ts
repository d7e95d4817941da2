import type { Recipe } from './recipe.js';

/** Which commits a build is made of, each by all its 40 hexadecimal digits. */
export interface Pins {
  /** The build tree's. */
  source?: string;
  /** By the name of the feed. */
  feeds: Record<string, string>;
  /** Seconds since 1970: the date that goes into what is built. */
  sourceDateEpoch?: number;
}

/** No pin at all: every repository at its tip. */
export const noPins: Readonly<Pins> = Object.freeze({ feeds: Object.freeze({}) });

/** The pins that a recipe brings: its tree's, its feeds', and those it names for the tree's own feeds. */
export function recipePins({ source, feeds, pins }: Recipe): Pins {
  const own = feeds.flatMap(({ name, commit }) => (commit === undefined ? [] : [[name, commit] as const]));
  return {
    ...(source.kind === 'git' && source.commit !== undefined && { source: source.commit }),
    feeds: { ...pins, ...Object.fromEntries(own) },
  };
}
