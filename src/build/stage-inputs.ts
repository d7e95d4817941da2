import type { TreeFiles } from '../effects/tree-files.js';
import { planTreeFeeds } from './feed-sources.js';
import { isGitFeed, type Feed } from './feeds.js';
import { gitEnvironment } from './git/environment.js';
import { readNote } from './git/tree-note.js';
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

/** The time of a commit, in seconds since 1970. */
async function timeOf(commit: string, { layout, run, sources }: Workbench): Promise<number | undefined> {
  const args = ['-C', layout.tree, 'show', '-s', '--format=%ct', commit];
  const { exitCode, stdout } = await run.run({ file: 'git', args, env: gitEnvironment(sources.gitSettings), readOnly: true });
  return exitCode === 0 ? Number(stdout) : undefined;
}

/** Whether the tree is still where otb left it; what it stands at is then known without asking git much. */
async function standsAtPin(bench: Workbench): Promise<boolean> {
  const { files, layout, sources } = bench;
  const note = await readNote(files, layout.tree);
  if (!note || note.isMoving || note.base !== sources.wanted.source) return false;
  const head = (await files.readText(`${layout.tree}/.git/HEAD`))?.trim();
  if (head !== note.head) return false;
  const time = await timeOf(note.base, bench);
  sources.resolved.source = note.base;
  if (time !== undefined) sources.resolved.sourceDateEpoch = time;
  return true;
}

function gitInputs({ url, submodules }: GitSource, { sources }: Workbench, overlay: string): string | undefined {
  return sources.wanted.source === undefined ? undefined : JSON.stringify([url, submodules, sources.wanted.source, overlay]);
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
      // A feed without a pin is taken at its tip, and that may have moved.
      if (feeds === undefined || feeds.some((feed) => isGitFeed(feed) && feed.commit === undefined)) return undefined;
      const local = feeds.filter((feed) => !isGitFeed(feed)).map(({ location }) => location);
      return JSON.stringify([feeds, recipe.installs, await fingerprints(files, local)]);
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
