import { Failure } from '../core/failure.js';
import { gitAddressComplaint } from '../core/git-address.js';
import { quoteCommand, quoteWord } from '../core/shell.js';
import { lockedCommit, type LockedPlace } from './lock-file.js';
import type { FeedLine } from './recipe.js';

/** A feed as a line of feeds.conf has it. */
export interface Feed {
  /** `src-git`, `src-link` and so on; the tree may know more than otb does. */
  type: string;
  name: string;
  /** An address or a directory, without branch and commit; empty for types that have none. */
  location: string;
  branch?: string | undefined;
  commit?: string | undefined;
}

/** Another place for a feed: all but its name. */
export type FeedPlace = Omit<FeedLine, 'name'>;

/** What the file is to say beyond what the tree and the recipe do. */
export interface FeedWishes {
  /** Commits by the name of the feed. */
  pins: Readonly<Record<string, string>>;
  /** Places that are taken instead, by the name of the feed. */
  places: Readonly<Record<string, FeedPlace>>;
  /** For feeds that nothing else pins, by name. */
  locked?: Readonly<Record<string, LockedPlace>> | undefined;
}

/** The feeds.conf to write. */
export interface FeedsPlan {
  text: string;
  /** What somebody would type to make it out of `feeds.conf.default`. */
  typed: string[];
  feeds: Feed[];
}

/** True for a feed that `scripts/feeds` clones. */
export function isGitFeed({ type }: Pick<Feed, 'type'>): boolean {
  return type === 'src-git' || type === 'src-git-full';
}

/** Prints one line of feeds.conf. */
export function printFeed({ type, name, location, branch, commit }: Feed): string {
  if (commit !== undefined) return `${type} ${name} ${location}^${commit}`;
  return `${type} ${name} ${location}${branch === undefined ? '' : `;${branch}`}`.trimEnd();
}

/** Reads a line of feeds.conf; undefined for comments and what else is no feed. Of several addresses the first counts. */
export function parseFeed(line: string): Feed | undefined {
  const [, type, name, place = ''] = /^\s*(src-[\w-]+)(?:\s+--\S+)*\s+([^\s#]+)(?:\s+([^\s#]+))?/.exec(line) ?? [];
  if (type === undefined || name === undefined) return undefined;
  const [, location = place, mark, rest] = /^(.*?)([;^])(.*)$/.exec(place) ?? [];
  return {
    type,
    name,
    location,
    ...(mark === ';' && { branch: rest }),
    ...(mark === '^' && { commit: rest }),
  };
}

/** `scripts/feeds` puts what it reads between single quotes into a shell's command line. */
const safePlace = /^[\w@:/.~+%=,-]+$/;

const safeBranch = /^(?!.*\.\.)\w[\w./+-]*$/;

/** @throws {@link Failure} for a name or a place that `scripts/feeds` would choke on, or worse, would run */
export function verifyFeed({ type, name, location, branch, commit }: Feed): void {
  const refuse = (what: string, hint: string) => new Failure(`the feed ${JSON.stringify(name)} ${what}`, { code: 'usage', hint });
  if (!/^\w{1,60}$/.test(name)) throw refuse('has a name that scripts/feeds does not know', 'Use letters, digits and _ only.');
  if (!safePlace.test(location) || location.startsWith('-')) {
    throw refuse(`has the place ${JSON.stringify(location)}`, 'Use letters, digits and @ : / . ~ + % = , _ - only, and no - at the beginning.');
  }
  const complaint = isGitFeed({ type }) ? gitAddressComplaint(location) : undefined;
  if (complaint) throw refuse(`cannot be fetched from ${JSON.stringify(location)}: ${complaint.what}`, `For an address, ${complaint.hint}.`);
  if (branch !== undefined && !safeBranch.test(branch)) throw refuse(`has the branch ${JSON.stringify(branch)}`, 'Name a branch of git.');
  if (commit !== undefined && !/^[0-9a-f]{40}$/.test(commit)) {
    throw refuse(`is pinned to ${JSON.stringify(commit)}`, 'Give all 40 hexadecimal digits of a commit.');
  }
}

/** What a record has under the name of a feed; such a name may be anything that Object.prototype has, too. */
function named<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function withWishes(feed: Feed, { pins, places, locked = {} }: FeedWishes): Feed {
  const place = named(places, feed.name);
  const { type, location, commit, ...given }: Omit<Feed, 'name'> = place ?? feed;
  const branch = given.branch ?? feed.branch;
  // A pin of the recipe goes with the repository; a place that names its own commit knows better.
  const pinned = place?.commit ?? named(pins, feed.name) ?? commit;
  const wanted = isGitFeed({ type }) ? (pinned ?? lockedCommit(named(locked, feed.name), { location, branch })) : undefined;
  return { type, name: feed.name, location, branch, commit: wanted };
}

function verifyNames(text: string): void {
  const seen = new Map<string, number>();
  for (const [index, content] of text.split('\n').entries()) {
    const name = parseFeed(content)?.name;
    if (name === undefined) continue;
    const first = seen.get(name);
    if (first !== undefined) {
      throw new Failure(`the feed "${name}" is named twice, in lines ${first} and ${index + 1} of feeds.conf`, {
        code: 'usage',
        hint: 'Give one of them another name, or remove it.',
      });
    }
    seen.set(name, index + 1);
  }
}

/** The tree's own lines with what is wished for them, their feeds, and the commands that change them so. */
function changedDefaults(defaults: string, wishes: FeedWishes): { lines: string[]; typed: string[]; feeds: Feed[] } {
  const typed: string[] = [];
  const feeds: Feed[] = [];
  const isWished = ({ name }: Feed) => [wishes.pins, wishes.places, wishes.locked ?? {}].some((wished) => Object.hasOwn(wished, name));
  const lines = defaults.split('\n').map((line) => {
    const feed = parseFeed(line);
    if (feed === undefined) return line;
    if (!isWished(feed)) {
      feeds.push(feed);
      return line;
    }
    const wanted = withWishes(feed, wishes);
    verifyFeed(wanted);
    feeds.push(wanted);
    const changed = printFeed(wanted);
    if (changed === line.trim()) return line;
    typed.push(`sed -i ${quoteWord(`s|^src-.* ${feed.name} .*|${changed}|`)} feeds.conf`);
    return changed;
  });
  return { lines: lines.at(-1) === '' ? lines.slice(0, -1) : lines, typed, feeds };
}

/**
 * The tree's own feeds followed by the recipe's, each at its wanted place and commit. Planned again out of its own
 * result, nothing changes; a name that would stand twice with another source is refused, because `scripts/feeds`
 * refuses the whole file then.
 *
 * @param defaults the tree's `feeds.conf.default`; undefined when the recipe's feeds are all there is
 */
export function planFeeds(defaults: string | undefined, own: readonly FeedLine[], wishes: FeedWishes): FeedsPlan {
  const { lines, typed, feeds } = changedDefaults(defaults ?? '', wishes);
  const known = new Set(lines.map((line) => line.trim()));
  // The recipe's own commits are among the pins, unless the tips are wanted.
  const wanted = own.map((feed) => withWishes({ ...feed, commit: undefined }, wishes));
  for (const feed of wanted) verifyFeed(feed);
  const added = wanted.filter((feed) => !known.has(printFeed(feed)));
  const fresh = added.map(printFeed);
  const all = [...lines, ...fresh];
  const text = all.map((line) => `${line}\n`).join('');
  verifyNames(text);
  const first = defaults === undefined ? [] : ['cp feeds.conf.default feeds.conf'];
  const echoes = fresh.map((line, index) => {
    const arrow = defaults === undefined && index === 0 ? '>' : '>>';
    return `echo ${quoteCommand(line.split(' '))} ${arrow} feeds.conf`;
  });
  return { text, typed: [...first, ...typed, ...echoes], feeds: [...feeds, ...added] };
}
