import type { TreeFiles } from '../effects/tree-files.js';
import { planTreeFeeds } from './feed-sources.js';
import { isGitFeed, type Feed } from './feeds.js';
import { askGit } from './git/door.js';
import { readNote } from './git/tree-note.js';
import { changesQuestion } from './git/work-tree.js';
import type { GitSource } from './recipe.js';
import type { Stage } from './stage.js';
import { wishesOf } from './wishes.js';
import { patchDirectory } from './stages/patch.js';
import { sourceDirectory } from './stages/source.js';
import { hasTree, type Workbench } from './workbench.js';

type Dependencies = Pick<Stage, 'inputs' | 'isWhole'>;

/** Directories of the user's that are copied, or linked, into the tree. */
function fingerprints(files: TreeFiles, directories: readonly string[]): Promise<(string | undefined)[]> {
  return Promise.all(directories.map((directory) => files.fingerprint(directory)));
}

/** Whether the tree is still where otb left it, with no file changed; the stage has something to say of such files. */
async function standsAtPin(bench: Workbench): Promise<boolean> {
  const { files, layout, sources } = bench;
  const note = await readNote(files, layout.tree);
  if (!note || note.isMoving || note.base !== sources.wanted.source) return false;
  const ask = (...args: string[]) => askGit(bench, ['-C', layout.tree, ...args]);
  if ((await ask('rev-parse', 'HEAD')) !== note.head || (await ask(...changesQuestion)) !== '') return false;
  const time = await ask('show', '-s', '--format=%ct', note.base);
  sources.resolved.source = note.base;
  if (time !== undefined) sources.resolved.sourceDateEpoch = Number(time);
  return true;
}

/** Without a pin, the commit is known once the stage has run: a later build that is pinned there has nothing to do. */
function gitInputs({ url, submodules }: GitSource, { sources }: Workbench, overlay: string): string | undefined {
  const commit = sources.wanted.source ?? sources.resolved.source;
  return commit === undefined ? undefined : JSON.stringify([url, submodules, commit, overlay]);
}

function sourceDependencies(bench: Workbench): Dependencies {
  const { files, home, recipe } = bench;
  const { source } = recipe;
  return {
    async inputs() {
      const [overlay] = await fingerprints(files, recipe.files === undefined ? [] : [recipe.files]);
      if (source.kind === 'git') return gitInputs(source, bench, overlay ?? '');
      const [tree] = await fingerprints(files, [sourceDirectory(source, home)]);
      return JSON.stringify([tree, overlay]);
    },
    isWhole: async () => (await hasTree(bench)) && (source.kind === 'tree' || (await standsAtPin(bench))),
  };
}

function patchDependencies(bench: Workbench): Dependencies {
  return { inputs: async () => (await bench.files.fingerprint(patchDirectory(bench))) ?? 'none' };
}

/** The feeds as they are to be; undefined while the tree that has the first of them is not there. */
async function plannedFeeds(bench: Workbench): Promise<Feed[] | undefined> {
  return (await hasTree(bench)) ? (await planTreeFeeds(bench)).feeds : undefined;
}

function feedsDependencies(bench: Workbench): Dependencies {
  const { files, layout, recipe, sources } = bench;
  return {
    async inputs() {
      const feeds = await plannedFeeds(bench);
      const commitOf = ({ name, commit }: Feed) => commit ?? sources.resolved.feeds[name];
      // A feed without a pin is taken at its tip, and that may have moved.
      if (feeds === undefined || feeds.some((feed) => isGitFeed(feed) && commitOf(feed) === undefined)) return undefined;
      const local = feeds.filter((feed) => !isGitFeed(feed)).map(({ location }) => location);
      const taken = feeds.map((feed) => [feed.type, feed.name, feed.location, feed.branch, commitOf(feed)]);
      return JSON.stringify([taken, recipe.installs, await fingerprints(files, local)]);
    },
    async isWhole() {
      const feeds = (await plannedFeeds(bench)) ?? [];
      const indexes = await Promise.all(feeds.map(({ name }) => files.readText(`${layout.tree}/feeds/${name}.index`)));
      for (const { name, commit } of feeds) if (commit !== undefined) sources.resolved.feeds[name] = commit;
      return indexes.every((index) => index !== undefined && index.trim() !== '');
    },
  };
}

/** What each stage of a build depends on beside those before it, and how it is told whether its work is still there. */
export function dependenciesOf(bench: Workbench): Record<'source' | 'patch' | 'feeds' | 'configure' | 'download' | 'compile', Dependencies> {
  const { environment, files, layout, recipe } = bench;
  return {
    source: sourceDependencies(bench),
    patch: patchDependencies(bench),
    feeds: feedsDependencies(bench),
    configure: {
      inputs: () => Promise.resolve(wishesOf(recipe)),
      isWhole: async () => (await files.readText(`${layout.tree}/.config`)) !== undefined,
    },
    download: { inputs: () => Promise.resolve(JSON.stringify(recipe.downloads ?? {})) },
    compile: { inputs: () => Promise.resolve(JSON.stringify(environment)) },
  };
}
