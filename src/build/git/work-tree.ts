import { Failure } from '../../core/failure.js';
import type { GitSource } from '../recipe.js';
import { lastLines, logPath } from '../workbench.js';
import { isNetworkTrouble, whatGitSaid } from './attempts.js';
import { cacheCommit, dropCache, type CacheHelp, type Cached, type Repository } from './cache.js';
import { readNote, writeNote, type TreeNote } from './tree-note.js';

/** The branch that otb works on in a tree of its own. */
const branch = 'otb';

/** Lines of `git status` that are shown. */
const shownChanges = 20;

/** Runs git in the tree; a failure is fatal, with git's own words. */
async function mustGit(help: CacheHelp, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<void> {
  const { bench, door, stage } = help;
  const outcome = await door.tell(['git', '-C', bench.layout.tree, ...args], env);
  if (outcome.exitCode === 0) return;
  throw new Failure(`\`git ${args.join(' ')}\` failed in ${bench.layout.tree}`, {
    code: isNetworkTrouble(outcome.stderr) ? 'unreachable' : 'build',
    lines: whatGitSaid(outcome),
    hint: `The whole log: ${logPath(bench, stage)}`,
  });
}

/** Asks git which tracked files of a tree differ from its HEAD: nothing is printed when none does. */
export const changesQuestion = ['status', '--porcelain', '--untracked-files=no', '--ignore-submodules=dirty'] as const;

/** Tracked files of the tree that differ from its HEAD, as `git status --porcelain` has them. */
async function localChanges({ door, bench }: CacheHelp): Promise<string[]> {
  const said = await door.ask('-C', bench.layout.tree, ...changesQuestion);
  return lastLines(said ?? '', Infinity);
}

/**
 * Makes sure that moving the tree loses nothing of anybody's.
 *
 * @throws {@link Failure} `refused` with the list of changed files, or with the commit that otb did not make
 */
export async function verifyUntouched(help: CacheHelp, note: TreeNote): Promise<void> {
  if (note.isMoving) return;
  const { tree } = help.bench.layout;
  const changes = await localChanges(help);
  if (changes.length > 0) {
    const more = changes.length - shownChanges;
    throw new Failure(`${tree} has local changes that another commit would overwrite`, {
      code: 'refused',
      lines: [...changes.slice(0, shownChanges), ...(more > 0 ? [`and ${more} more`] : [])],
      hint: `Keep them as a patch of the recipe (git -C ${tree} diff), or drop them (git -C ${tree} checkout .).`,
    });
  }
  const head = await help.door.ask('-C', tree, 'rev-parse', 'HEAD');
  if (head === note.head) return;
  throw new Failure(`${tree} stands at ${head ?? 'no commit'}, where otb did not put it`, {
    code: 'refused',
    hint: `Keep its commits as patches of the recipe (git -C ${tree} format-patch ${note.base}), then: git -C ${tree} checkout -B ${branch} ${note.head}`,
  });
}

/** Notes that the tree is being moved: a move that is cut is taken up again by the next run. */
export async function beginMove({ bench, door }: CacheHelp, note: TreeNote, commit: string): Promise<TreeNote> {
  const { tree } = bench.layout;
  const moving = { ...note, base: commit, head: commit, patches: '', isMoving: true };
  await bench.prove(() => writeNote(bench.files, tree, moving));
  if (note.isMoving) await door.tell(['rm', '-rf', `${tree}/.git/index.lock`, `${tree}/.git/rebase-apply`]);
  return moving;
}

/** Puts the tree's own branch to a commit; over what an earlier move left, when that one was cut. */
export async function checkOut(help: CacheHelp, commit: string, wasMoving: boolean): Promise<void> {
  await mustGit(help, ['checkout', ...(wasMoving ? ['--force'] : []), '-B', branch, commit]);
}

/** Notes that the tree stands where it should. */
export async function endMove({ bench }: CacheHelp, note: TreeNote): Promise<void> {
  await bench.prove(() => writeNote(bench.files, bench.layout.tree, { ...note, isMoving: false }));
}

/** True for an address that submodules may follow to this machine's own files. */
function isOfThisMachine(url: string, settings: readonly (readonly [string, string])[]): boolean {
  return /^(?:file:|\.{0,2}\/)/.test(url) || settings.some(([name]) => /^url\.(?:file:|\/)/.test(name));
}

/** Brings the submodules of the tree's commit, when it has any. */
async function bringSubmodules(source: GitSource, commit: string, help: CacheHelp): Promise<void> {
  const { bench, door } = help;
  if (source.submodules === false) return;
  const { tree } = bench.layout;
  if ((await door.ask('-C', tree, 'cat-file', '-e', `${commit}:.gitmodules`)) === undefined) return;
  const { offline, gitSettings } = bench.sources;
  const local = isOfThisMachine(source.url, gitSettings) ? ['-c', 'protocol.file.allow=always'] : [];
  await mustGit(help, [...local, 'submodule', 'sync', '--quiet', '--recursive']);
  await mustGit(help, [...local, 'submodule', 'update', '--init', '--recursive', ...(offline ? ['--no-fetch'] : [])]);
}

/** Clones under a temporary name, so that a clone that is cut is no tree. */
async function cloneTree(source: GitSource, { path, commit }: Cached, note: TreeNote, help: CacheHelp): Promise<boolean> {
  const { bench, door } = help;
  const { tree } = bench.layout;
  const part = `${tree}.part-${bench.sources.mark}`;
  const isDone = async (...words: [string, ...string[]]) => (await door.tell(words)).exitCode === 0;
  let isWhole = false;
  try {
    isWhole =
      (await isDone('git', 'clone', '--no-checkout', path, part)) &&
      (await isDone('git', '-C', part, 'remote', 'set-url', 'origin', source.url)) &&
      (await isDone('git', '-C', part, 'checkout', '-B', branch, commit));
    if (isWhole) await bench.prove(() => writeNote(bench.files, part, note));
    isWhole &&= await isDone('mv', '-T', part, tree);
  } finally {
    if (!isWhole) await door.tidy(['rm', '-rf', part]);
  }
  return isWhole;
}

async function newTree(source: GitSource, repository: Repository, cached: Cached, help: CacheHelp): Promise<TreeNote> {
  const { commit, path } = cached;
  const note = { url: source.url, base: commit, head: commit, patches: '', isMoving: true };
  if (await cloneTree(source, cached, note, help)) return note;
  // What looked like a whole cache may not be: an object is missing or damaged.
  const isDropped = await dropCache(repository, help);
  if (isDropped && (await cloneTree(source, await cacheCommit(repository, commit, help), note, help))) return note;
  throw new Failure(`no work tree could be made out of ${path}`, {
    code: 'build',
    hint: `See ${logPath(help.bench, help.stage)} for what git said.`,
  });
}

async function knownNote(help: CacheHelp, url: string): Promise<TreeNote | undefined> {
  const { bench, door } = help;
  const { tree } = bench.layout;
  const note = await readNote(bench.files, tree);
  if (note?.url === url) return note;
  if (!(await door.isThere(tree))) return undefined;
  throw new Failure(note === undefined ? `${tree} is no tree that otb cloned` : `${tree} was cloned from ${note.url}`, {
    code: 'refused',
    hint: 'Build in another directory (--work), or remove this one.',
  });
}

async function keptTree(source: GitSource, note: TreeNote, { path, commit }: Cached, help: CacheHelp): Promise<TreeNote> {
  const { bench, door } = help;
  await verifyUntouched(help, note);
  if ((await door.ask('-C', bench.layout.tree, 'cat-file', '-e', `${commit}^{commit}`)) === undefined) {
    await mustGit(help, ['fetch', '--no-tags', path, commit]);
  }
  const moving = await beginMove(help, { ...note, url: source.url }, commit);
  await checkOut(help, commit, note.isMoving);
  return moving;
}

/** Where the tree stands now. */
export interface BroughtTree {
  /** The commit of the source, below the patches. */
  commit: string;
  /** A remark for people. */
  remark: string;
}

/** Brings the tree to the wanted commit, or to the tip; keeps what make made in it. */
export async function bringTree(source: GitSource, wanted: string | undefined, help: CacheHelp): Promise<BroughtTree> {
  const repository: Repository = { what: 'the build tree', url: source.url, mirrors: source.mirrors ?? [], branch: source.branch };
  const note = await knownNote(help, source.url);
  const isThere = (commit: string) => note?.base === commit && !note.isMoving;
  if (wanted !== undefined && isThere(wanted)) return standing(wanted, help);
  const cached = await cacheCommit(repository, wanted, help);
  const { commit } = cached;
  if (isThere(commit)) return standing(commit, help);
  const moving = note === undefined ? await newTree(source, repository, cached, help) : await keptTree(source, note, cached, help);
  await bringSubmodules(source, commit, help);
  await endMove(help, moving);
  return { commit, remark: `at ${commit.slice(0, 12)}` };
}

/** Nothing is moved, so nothing can be lost: local changes are built in, and told. */
async function standing(commit: string, help: CacheHelp): Promise<BroughtTree> {
  const changes = await localChanges(help);
  if (changes.length > 0) {
    const files = changes.length === 1 ? '1 changed file' : `${changes.length} changed files`;
    help.bench.emit({ type: 'warning', message: `${help.bench.layout.tree} has ${files}, which will be built in`, hint: 'see `git status` there' });
  }
  return { commit, remark: `at ${commit.slice(0, 12)} already` };
}
