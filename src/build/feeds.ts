import { Failure } from '../core/failure.js';
import type { FeedLine } from './recipe.js';

/** Prints one line of feeds.conf. */
export function printFeed({ type, name, location }: FeedLine): string {
  return `${type} ${name} ${location}`;
}

/** The names of the feeds in feeds.conf, with the lines they stand on (counted from 1). */
export function feedNames(text: string): { name: string; line: number }[] {
  return text.split('\n').flatMap((content, index) => {
    const name = /^\s*src-[\w-]+\s+(?:--\S+\s+)*(\S+)/.exec(content)?.[1];
    return name === undefined ? [] : [{ name, line: index + 1 }];
  });
}

/**
 * The tree's own feeds followed by the recipe's. Merging again into the result changes nothing; a name that would
 * stand twice with another source is refused, because `scripts/feeds` refuses the whole file then.
 */
export function mergeFeeds(defaults: string, added: readonly FeedLine[]): string {
  const kept = defaults === '' || defaults.endsWith('\n') ? defaults : `${defaults}\n`;
  const lines = new Set(kept.split('\n').map((line) => line.trim()));
  const fresh = added.map(printFeed).filter((line) => !lines.has(line));
  const merged = kept + fresh.map((line) => `${line}\n`).join('');
  const seen = new Map<string, number>();
  for (const { name, line } of feedNames(merged)) {
    const first = seen.get(name);
    if (first !== undefined) {
      throw new Failure(`the feed "${name}" is named twice, in lines ${first} and ${line} of feeds.conf`, {
        code: 'usage',
        hint: 'Give one of them another name, or remove it.',
      });
    }
    seen.set(name, line);
  }
  return merged;
}
