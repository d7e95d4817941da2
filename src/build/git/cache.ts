import { Failure } from '../../core/failure.js';
import { gitAddressComplaint, isLocalPath } from '../../core/git-address.js';
import { sha256Of } from '../../core/sha256.js';
import type { Outcome } from '../../effects/runner.js';
import type { StepVoice } from '../../steps/step.js';
import { logPath, type Workbench } from '../workbench.js';
import { fetchFromAny } from './attempts.js';
import type { Door } from './door.js';

/** A repository to take a commit from. */
export interface Repository {
  /** How people call it: `the build tree`, `the feed "luci"`. */
  what: string;
  url: string;
  mirrors: readonly string[];
  /** Whose tip is taken when no commit is asked for; the repository's own choice when absent. */
  branch?: string | undefined;
}

/** What the functions here work with. */
export interface CacheHelp {
  bench: Workbench;
  stage: string;
  door: Door;
  voice: StepVoice;
}

/** A commit, and the local repository that holds it. */
export interface Cached {
  path: string;
  /** 40 digits; under `--dry-run` the name of a tip whose repository is not here yet. */
  commit: string;
}

/** Where a repository is kept: a name for people, and a hash that tells addresses apart. */
export function cachePath(caches: string, url: string): string {
  const name = /([A-Za-z0-9_][\w.-]*?)(?:\.git)?\/*$/.exec(url)?.[1] ?? 'repository';
  return `${caches}/${name}-${sha256Of(url).slice(0, 12)}.git`;
}

/** @throws {@link Failure} when git must not be given one of the addresses */
function verifyAddresses({ what, url, mirrors }: Repository): void {
  for (const address of [url, ...mirrors]) {
    const complaint = gitAddressComplaint(address);
    if (complaint === undefined) continue;
    throw new Failure(`${what} cannot be fetched from ${JSON.stringify(address)}: ${complaint.what}`, {
      code: 'usage',
      hint: `For an address, ${complaint.hint}.`,
    });
  }
}

async function isRepository({ ask }: Door, path: string): Promise<boolean> {
  return (await ask('--git-dir', path, 'rev-parse', '--is-bare-repository')) === 'true';
}

async function hasCommit({ ask }: Door, path: string, commit: string): Promise<boolean> {
  return (await ask('--git-dir', path, 'cat-file', '-e', `${commit}^{commit}`)) !== undefined;
}

function offlineFailure({ what, url }: Repository, lack: string): Failure {
  return new Failure(`${what} cannot be brought offline: the cache ${lack} ${url}`, {
    code: 'prerequisite',
    hint: 'Run the same once without --offline, or name a local repository (--source, --feed).',
  });
}

async function fetchInto(repository: Repository, help: CacheHelp, attempt: (url: string) => Promise<Outcome>): Promise<void> {
  const { bench, stage, voice } = help;
  const urls = [repository.url, ...repository.mirrors];
  const where = { signal: voice.signal, log: logPath(bench, stage) };
  await fetchFromAny({ what: repository.what, urls }, bench.sources, where, attempt);
}

/** Clones under a temporary name: a clone that is cut is no cache. Of two builds at once, the first to rename wins. */
async function makeCache(path: string, repository: Repository, help: CacheHelp): Promise<void> {
  const { door, bench } = help;
  const part = `${path}.part-${bench.sources.mark}`;
  try {
    await fetchInto(repository, help, async (url) => {
      const outcome = await door.tell(['git', 'clone', '--progress', '--bare', url, part]);
      if (outcome.exitCode !== 0) await door.tidy(['rm', '-rf', part]);
      return outcome;
    });
    const { exitCode } = await door.tell(['mv', '-T', part, path]);
    if (exitCode === 0) return;
    if (!(await isRepository(door, path))) throw unmade(path, help);
    await door.tidy(['rm', '-rf', part]);
  } catch (error) {
    await door.tidy(['rm', '-rf', part]);
    throw error;
  }
}

function unmade(path: string, { bench, stage }: CacheHelp): Failure {
  return new Failure(`the cache ${path} could not be made`, {
    code: 'prerequisite',
    hint: `Is its directory writable? The whole log: ${logPath(bench, stage)}`,
  });
}

const everything = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];

/** Asks for what is new; a cache just made has all of it. */
async function update(path: string, repository: Repository, wanted: string | undefined, state: CacheState, help: CacheHelp): Promise<void> {
  const { door, bench } = help;
  const fetch = (...refs: string[]) =>
    fetchInto(repository, help, (url) => door.tell(['git', '--git-dir', path, 'fetch', '--progress', '--prune', url, ...refs]));
  if (state === 'found') await fetch(...everything);
  if (wanted === undefined) return;
  await bench.prove(async () => {
    // A commit that no branch and no tag leads to is handed out by its hash alone, where the server allows it.
    if (!(await hasCommit(door, path, wanted))) await fetch(`${wanted}:refs/otb/${wanted}`);
  });
}

type CacheState = 'made' | 'found';

/** The cache as a repository: made when there is none, and anew when what lies there is broken. */
async function openCache(path: string, repository: Repository, help: CacheHelp): Promise<CacheState> {
  const { bench, door } = help;
  if (await isRepository(door, path)) return 'found';
  if (bench.sources.offline) throw offlineFailure(repository, 'has nothing of');
  if (await door.isThere(path)) {
    bench.emit({ type: 'warning', message: `the cache ${path} is broken and is made anew` });
    await door.tell(['rm', '-rf', path]);
  }
  await makeCache(path, repository, help);
  return 'made';
}

function absent({ what, url }: Repository, commit: string): Failure {
  return new Failure(`${what} has no commit ${commit} at ${url}`, {
    code: 'build',
    hint: 'Check the commit; `--unpinned` takes the tip instead, `--source` and `--feed` another repository.',
  });
}

async function tipOf(path: string, repository: Repository, { bench, door }: CacheHelp): Promise<string> {
  const name = repository.branch ?? 'HEAD';
  const commit = await door.ask('--git-dir', path, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`);
  await bench.prove(() => {
    if (commit !== undefined) return Promise.resolve();
    throw new Failure(`${repository.what} has no branch ${name} at ${repository.url}`, {
      code: 'build',
      hint: 'Name another branch, or pin a commit.',
    });
  });
  return commit ?? name;
}

/** A path of this machine is its own cache: it is read where it lies. */
async function readLocal(repository: Repository, wanted: string | undefined, help: CacheHelp): Promise<Cached> {
  const { url, what } = repository;
  const directory = await help.door.ask('-C', url, 'rev-parse', '--absolute-git-dir');
  if (directory === undefined) {
    throw new Failure(`${what} cannot be read: ${url} is no git repository`, { code: 'usage', hint: 'Name one, or a plain directory.' });
  }
  if (wanted !== undefined && !(await hasCommit(help.door, directory, wanted))) throw absent(repository, wanted);
  return { path: url, commit: wanted ?? (await tipOf(directory, repository, help)) };
}

/**
 * Has a commit in a local repository, and asks the network only when it must: for a tip, or for a commit that the cache
 * does not have yet.
 *
 * @param wanted 40 digits, or undefined for the tip of the branch
 */
export async function cacheCommit(repository: Repository, wanted: string | undefined, help: CacheHelp): Promise<Cached> {
  verifyAddresses(repository);
  if (isLocalPath(repository.url)) return readLocal(repository, wanted, help);
  const { bench, door } = help;
  const path = cachePath(bench.sources.caches, repository.url);
  const state = await openCache(path, repository, help);
  const isMissing = wanted === undefined ? state === 'found' : !(await hasCommit(door, path, wanted));
  if (isMissing && !bench.sources.offline) await update(path, repository, wanted, state, help);
  if (wanted === undefined) return { path, commit: await tipOf(path, repository, help) };
  await bench.prove(async () => {
    if (await hasCommit(door, path, wanted)) return;
    throw bench.sources.offline ? offlineFailure(repository, `lacks the commit ${wanted} of`) : absent(repository, wanted);
  });
  return { path, commit: wanted };
}

/** Forgets a cache that turned out to be damaged inside. A path of the user's is left alone. */
export async function dropCache({ url }: Repository, { bench, door }: CacheHelp): Promise<boolean> {
  if (isLocalPath(url) || bench.sources.offline) return false;
  const path = cachePath(bench.sources.caches, url);
  bench.emit({ type: 'warning', message: `the cache ${path} is broken and is made anew` });
  await door.tell(['rm', '-rf', path]);
  return true;
}
