import { Failure } from '../../core/failure.js';
import type { Step, StepVoice } from '../../steps/step.js';
import type { CacheHelp } from '../git/cache.js';
import { openDoor } from '../git/door.js';
import { bringTree } from '../git/work-tree.js';
import type { GitSource, TreeSource } from '../recipe.js';
import { beginLog, type Workbench } from '../workbench.js';

/** The directory that a tree is copied from. */
export function sourceDirectory({ path }: TreeSource, home: string): string {
  return path.startsWith('/') ? path : `${home}/${path}`;
}

async function copySource({ files, home, layout }: Workbench, source: TreeSource): Promise<string> {
  const from = sourceDirectory(source, home);
  const { copied, removed, unchanged } = await files.copyTree(from, layout.tree);
  return copied + removed === 0 ? `${unchanged} files, unchanged` : `${copied} files copied, ${removed} removed`;
}

/** Reads back where the tree stands: what was asked for is no proof. */
async function recordSource(commit: string, { bench, door }: CacheHelp): Promise<void> {
  const { layout, sources } = bench;
  const base = await door.ask('-C', layout.tree, 'merge-base', commit, 'HEAD');
  if (base !== commit) {
    const head = await door.ask('-C', layout.tree, 'rev-parse', 'HEAD');
    throw new Failure(`${layout.tree} stands at ${head ?? 'no commit'}, not at ${commit}`, {
      code: 'build',
      hint: 'Build in another directory (--work), or remove this tree.',
    });
  }
  sources.resolved.source = commit;
  const time = await door.ask('-C', layout.tree, 'show', '-s', '--format=%ct', commit);
  if (time !== undefined) sources.resolved.sourceDateEpoch = Number(time);
}

async function cloneSource(bench: Workbench, source: GitSource, voice: StepVoice): Promise<string> {
  const help: CacheHelp = { bench, stage: 'source', door: openDoor(bench, 'source', voice), voice };
  await beginLog(bench, 'source');
  const { commit, remark } = await bringTree(source, bench.sources.wanted.source, help);
  await bench.prove(() => recordSource(commit, help));
  return remark;
}

/** Brings the build tree: copied, or cloned by way of a cache. What make made in an earlier one stays. */
export function sourceStage(bench: Workbench): Step {
  const { files, layout, recipe } = bench;
  return {
    name: 'source',
    title: 'Bring the build tree',
    async run(voice) {
      const { source } = recipe;
      const note = source.kind === 'git' ? await cloneSource(bench, source, voice) : await copySource(bench, source);
      if (recipe.files !== undefined) await files.copyTree(recipe.files, `${layout.tree}/files`);
      return note;
    },
  };
}
