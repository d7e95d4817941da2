import { isLocalPath } from '../core/git-address.js';
import { isGitFeed, planFeeds, type Feed, type FeedsPlan } from './feeds.js';
import { cacheCommit, type CacheHelp } from './git/cache.js';
import type { Door } from './git/door.js';
import { rewriteSetting } from './git/environment.js';
import type { FeedLine } from './recipe.js';
import type { Workbench } from './workbench.js';

/** A feed with its directory as an absolute path, for `scripts/feeds`. */
function located(feed: FeedLine, home: string): FeedLine {
  const isLocal = !isGitFeed(feed);
  return isLocal && !feed.location.startsWith('/') ? { ...feed, location: `${home}/${feed.location}` } : feed;
}

/** The feeds.conf that a build wants, out of the tree's own and the recipe's. */
export async function planTreeFeeds({ files, home, layout, recipe, sources }: Workbench): Promise<FeedsPlan> {
  const defaults = recipe.treeFeeds === false ? undefined : ((await files.readText(`${layout.tree}/feeds.conf.default`)) ?? '');
  const wishes = { pins: sources.wanted.feeds, places: sources.places, locked: sources.wanted.locked };
  return planFeeds(defaults, recipe.feeds.map((feed) => located(feed, home)), wishes);
}

/** What was fetched for `scripts/feeds`. */
export interface FetchedFeeds {
  /** The commit that each git feed must stand at afterwards. */
  commits: Record<string, string>;
  /** Settings of git that have `scripts/feeds` clone out of the caches. */
  settings: (readonly [name: string, value: string])[];
}

/**
 * Brings every git feed into a cache, and has `scripts/feeds` clone from there: it has no retries of its own, knows no
 * mirrors, and says little of what failed. A clone out of a cache needs no network.
 */
export async function fetchFeeds(feeds: readonly Feed[], help: CacheHelp): Promise<FetchedFeeds> {
  const { recipe, sources } = help.bench;
  const fetched: FetchedFeeds = { commits: {}, settings: [] };
  for (const feed of feeds.filter(isGitFeed)) {
    const { name, location: url, branch, commit: wanted } = feed;
    const place = sources.places[name] ?? recipe.feeds.find((line) => line.name === name);
    const mirrors = place?.location === url ? (place.mirrors ?? []) : [];
    const { path, commit } = await cacheCommit({ what: `the feed "${name}"`, url, mirrors, branch }, wanted, help);
    fetched.commits[name] = commit;
    if (!isLocalPath(url)) fetched.settings.push(rewriteSetting({ from: url, to: path }));
  }
  return fetched;
}

/** True when nothing in a feed's clone is somebody's own: no commit beside the repository's, no changed file. */
async function isUntouched(directory: string, { ask }: Door): Promise<boolean> {
  const branches = await ask('-C', directory, 'branch', '--remotes', '--contains', 'HEAD');
  // A checkout that was cut shows as files that are gone.
  const changes = (await ask('-C', directory, 'status', '--porcelain', '--untracked-files=no')) ?? '?';
  return branches !== undefined && branches !== '' && changes.split('\n').every((line) => /^(?: D|D |$)/.test(line));
}

/**
 * Puts a feed's clone to its commit. `scripts/feeds` never looks again at a pinned feed once its clone is there, and so
 * never finishes one that was cut between clone and checkout.
 */
export async function mendFeed({ name }: Feed, commit: string, { bench, door }: Pick<CacheHelp, 'bench' | 'door'>): Promise<void> {
  const directory = `${bench.layout.tree}/feeds/${name}`;
  const head = await door.ask('--git-dir', `${directory}/.git`, 'rev-parse', 'HEAD');
  if (head === undefined || head === commit || !(await isUntouched(directory, door))) return;
  await door.tell(['git', '-C', directory, 'checkout', '--force', '-B', commit, commit]);
}
