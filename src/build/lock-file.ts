import * as z from 'zod';
import { Failure } from '../core/failure.js';

const commit = z.string().regex(/^[0-9a-f]{40}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const place = z.strictObject({
  location: z.string(),
  /** The branch whose tip was taken, where the recipe names one. */
  branch: z.string().optional(),
  commit: commit.optional(),
});

const lockedBuild = z.strictObject({
  /** Where the tree came from: an address and its commit, or a directory of otb's own. */
  source: place,
  /** By the feed's name. */
  feeds: z.record(z.string(), place),
  /** SHA-256 of the wishes that `.config` was made from. */
  wishes: sha256,
  /** SHA-256 of `.config` after `make defconfig`. */
  config: sha256,
  /** Seconds since 1970, as the tree gives it to its images. */
  sourceDateEpoch: z.int().nonnegative().optional(),
  /** What it was built on: distribution, compiler. It explains a difference, and is none. */
  host: z.record(z.string(), z.string()),
  /** SHA-256 of each image, without the signature that some carry behind them. */
  images: z.record(z.string(), sha256),
});

const lockFile = z.strictObject({ version: z.literal(1), recipes: z.record(z.string(), lockedBuild) });

/** Where something was taken from, and the commit that was: it means nothing anywhere else. */
export type LockedPlace = z.infer<typeof place>;

/** What one recipe was built from, and what came out. */
export type LockedBuild = z.infer<typeof lockedBuild>;

/** `otb.lock`. */
export type LockFile = z.infer<typeof lockFile>;

/** Something that is not as `otb.lock` has it. */
export interface Drift {
  /** `source`, `feed packages`, `.config`, `image openwrt-….img.gz`. */
  what: string;
  locked: string;
  now: string;
}

/**
 * Reads `otb.lock`; without a file, an empty one.
 *
 * @throws Failure when it is not what otb writes
 */
export function parseLock(text: string | undefined, path: string): LockFile {
  if (text === undefined) return { version: 1, recipes: {} };
  try {
    return lockFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new Failure(`${path} is not a lock file that this otb can read`, {
      code: 'usage',
      hint: 'Take it from version control, or remove it: the next build writes a new one.',
      cause,
    });
  }
}

function sorted<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The text of `otb.lock`, the same for the same content: it is meant for version control. */
export function printLock({ recipes }: LockFile): string {
  const ordered = Object.entries(sorted(recipes)).map(([name, build]) => [
    name,
    { ...build, feeds: sorted(build.feeds), host: sorted(build.host), images: sorted(build.images) },
  ] as const);
  return `${JSON.stringify({ version: 1, recipes: Object.fromEntries(ordered) }, null, 2)}\n`;
}

function differences(what: string, locked: string | undefined, now: string | undefined): Drift[] {
  return locked === now ? [] : [{ what, locked: locked ?? 'nothing', now: now ?? 'nothing' }];
}

/** The commit that was taken from that very place and branch before. */
export function lockedCommit(locked: LockedPlace | undefined, { location, branch }: Omit<LockedPlace, 'commit'>): string | undefined {
  return locked?.location === location && locked.branch === branch ? locked.commit : undefined;
}

/** The names that stand in one of two records at least. */
function namesOf(one: object, other: object): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
}

function placeText(given: LockedPlace | undefined): string | undefined {
  return given?.branch === undefined ? given?.location : `${given.location};${given.branch}`;
}

function placeDrift(what: string, locked: LockedPlace | undefined, now: LockedPlace | undefined): Drift[] {
  const moved = differences(what, placeText(locked), placeText(now));
  return moved.length > 0 ? moved : differences(what, locked?.commit, now?.commit);
}

/** What a build is made of, as far as it is known. */
export type LockedParts = Partial<Omit<LockedBuild, 'images' | 'host'>>;

/** Where a build is not what `otb.lock` says. Parts that are not known yet are not compared. */
export function driftOf(locked: LockedBuild, now: LockedParts): Drift[] {
  const { source, feeds, wishes, config, sourceDateEpoch } = now;
  return [
    ...(source ? placeDrift('source', locked.source, source) : []),
    ...(feeds ? namesOf(locked.feeds, feeds).flatMap((name) => placeDrift(`feed ${name}`, locked.feeds[name], feeds[name])) : []),
    ...(wishes === undefined ? [] : differences('wishes for .config', locked.wishes, wishes)),
    ...(config === undefined ? [] : differences('.config', locked.config, config)),
    ...(sourceDateEpoch === undefined
      ? []
      : differences('SOURCE_DATE_EPOCH', locked.sourceDateEpoch?.toString(), sourceDateEpoch.toString())),
  ];
}

/** The images that came out otherwise than `otb.lock` has them. */
export function imageDrift(locked: LockedBuild, images: LockedBuild['images']): Drift[] {
  return namesOf(locked.images, images).flatMap((name) => differences(`image ${name}`, locked.images[name], images[name]));
}

/** One line for people: `feed packages: locked b5ed85f…, now e351d1…`. */
export function describeDrift({ what, locked, now }: Drift): string {
  const short = (text: string) => (/^[0-9a-f]{40,}$/.test(text) ? `${text.slice(0, 12)}…` : text);
  return `${what}: locked ${short(locked)}, now ${short(now)}`;
}
