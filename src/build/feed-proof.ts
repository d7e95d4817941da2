import { Failure } from '../core/failure.js';
import type { StepVoice } from '../steps/step.js';
import { parseIndex, type IndexEntry, type InstallWish } from './feed-index.js';
import type { FetchedFeeds } from './feed-sources.js';
import { isGitFeed, printFeed, type Feed } from './feeds.js';
import type { Door } from './git/door.js';
import { lastLines, logPath, type Workbench } from './workbench.js';

/** What the feeds stage works with. */
export interface FeedHelp extends FetchedFeeds {
  bench: Workbench;
  door: Door;
  voice: StepVoice;
}

/** A feed that is not as it should be after its update. */
export interface FeedTrouble {
  feed: Feed;
  /** As a clause: `has no index after the update`. */
  what: string;
  /** What the update printed. */
  said: string;
}

/** What is wrong with a feed after its update; undefined when it is as it should be, and its commit is recorded. */
export async function troubleOf(feed: Feed, hasFailed: boolean, { bench, door, commits }: FeedHelp): Promise<string | undefined> {
  const { files, layout, sources } = bench;
  if (isGitFeed(feed)) {
    const head = await door.ask('--git-dir', `${layout.tree}/feeds/${feed.name}/.git`, 'rev-parse', 'HEAD');
    const wanted = commits[feed.name];
    if (head === undefined) return 'was not cloned';
    if (head !== wanted) return `stands at ${head}, not at ${String(wanted)}`;
    sources.resolved.feeds[feed.name] = head;
  }
  if (hasFailed) return 'was not updated';
  const index = await files.readText(`${layout.tree}/feeds/${feed.name}.index`);
  if (index === undefined) return 'has no index after the update';
  return index.trim() === '' ? 'has an empty index after the update' : undefined;
}

/** The Failure for feeds that stayed bad however often they were updated. */
export function unbrought(bad: readonly FeedTrouble[], bench: Workbench): Failure {
  const [first] = bad;
  const others = bad.slice(1).map(({ feed, what }) => `the feed "${feed.name}" ${what}`);
  const line = first === undefined ? '' : printFeed(first.feed);
  return new Failure([`the feed "${first?.feed.name ?? ''}" ${first?.what ?? ''}`, ...others].join('; '), {
    code: 'build',
    lines: lastLines(first?.said ?? '', 15),
    hint: `Its line in feeds.conf: ${line}\nThe whole log: ${logPath(bench, 'feeds')}`,
  });
}

async function indexOf({ files, layout }: Workbench, feed: string): Promise<IndexEntry[]> {
  return parseIndex((await files.readText(`${layout.tree}/feeds/${feed}.index`)) ?? '');
}

async function isLinked({ files, layout }: Workbench, feed: string, directory: string): Promise<boolean> {
  return (await files.readText(`${layout.tree}/package/feeds/${feed}/${directory}/Makefile`)) !== undefined;
}

/** The install of a whole feed: one package of it at least is part of the tree now. */
async function proveWhole(command: string, feed: string, bench: Workbench): Promise<void> {
  for (const { directory } of await indexOf(bench, feed)) {
    if (await isLinked(bench, feed, directory)) return;
  }
  throw new Failure(`\`${command}\` installed nothing of the feed "${feed}"`, {
    code: 'build',
    hint: `Is there a feed of that name? The whole log: ${logPath(bench, 'feeds')}`,
  });
}

/** Where a name can come from: a feed that carries it, with the directory there. */
async function carriers(name: string, feeds: readonly string[], bench: Workbench): Promise<{ feed: string; directory: string }[]> {
  const found = await Promise.all(
    feeds.map(async (feed) => {
      const entries = (await indexOf(bench, feed)).filter(({ names }) => names.includes(name));
      return entries.map(({ directory }) => ({ feed, directory }));
    }),
  );
  return found.flat();
}

async function isOfTheTree(name: string, { files, layout }: Workbench): Promise<boolean> {
  const known = parseIndex((await files.readText(`${layout.tree}/tmp/.packageinfo`)) ?? '');
  return known.some(({ names }) => names.includes(name));
}

async function proveName(command: string, name: string, wish: InstallWish, feeds: readonly string[], bench: Workbench): Promise<void> {
  const asked = wish.feed === undefined ? feeds : [wish.feed];
  const places = await carriers(name, asked, bench);
  for (const { feed, directory } of places) if (await isLinked(bench, feed, directory)) return;
  if (wish.isForced && wish.feed !== undefined && places.length === 0) {
    bench.emit({
      type: 'warning',
      message: `the feed "${wish.feed}" carries no package "${name}", so nothing takes the place of the tree's own`,
      hint: 'pin the feed to a commit that has it, or take the line out of the recipe',
    });
    return;
  }
  if (!wish.isForced && (await isOfTheTree(name, bench))) return;
  const elsewhere = wish.isForced ? [] : await carriers(name, feeds, bench);
  for (const { feed, directory } of elsewhere) if (await isLinked(bench, feed, directory)) return;
  throw new Failure(`\`${command}\` did not install "${name}"`, {
    code: 'build',
    hint: `${places.length === 0 ? 'No feed carries it. ' : ''}The whole log: ${logPath(bench, 'feeds')}`,
  });
}

/** `scripts/feeds install` exits 0 whatever it did: what it linked into the tree is looked at. */
export async function proveInstall(words: readonly string[], wish: InstallWish, feeds: readonly Feed[], { bench }: FeedHelp): Promise<void> {
  const command = `./scripts/feeds install ${words.join(' ')}`;
  if (wish.isAll && wish.feed !== undefined) await proveWhole(command, wish.feed, bench);
  const names = feeds.map(({ name }) => name);
  for (const name of wish.names) await proveName(command, name, wish, names, bench);
}
