import { Failure } from '../../core/failure.js';
import type { Step, StepVoice } from '../../steps/step.js';
import { feedNames, mergeFeeds } from '../feeds.js';
import type { FeedLine } from '../recipe.js';
import { beginLog, mustRunInTree, type Workbench } from '../workbench.js';

function located(feed: FeedLine, home: string): FeedLine {
  const isLocal = feed.type === 'src-link' || feed.type === 'src-cpy';
  return isLocal && !feed.location.startsWith('/') ? { ...feed, location: `${home}/${feed.location}` } : feed;
}

/** `scripts/feeds update` may exit 0 with an index that is empty or missing: the files themselves are looked at. */
async function proveIndexes({ files, layout }: Workbench, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const index = await files.readText(`${layout.tree}/feeds/${name}.index`);
    if (index === undefined || index.trim() === '') {
      throw new Failure(`the feed "${name}" has ${index === undefined ? 'no index' : 'an empty index'} after the update`, {
        code: 'build',
        hint: `See ${layout.logs}/feeds.log for what its update said.`,
      });
    }
  }
}

async function run(bench: Workbench, voice: StepVoice): Promise<string> {
  const { files, home, layout, recipe, prove } = bench;
  const defaults = (await files.readText(`${layout.tree}/feeds.conf.default`)) ?? '';
  const merged = mergeFeeds(defaults, recipe.feeds.map((feed) => located(feed, home))); // prettier-ignore
  await beginLog(bench, 'feeds');
  await files.writeText(`${layout.tree}/feeds.conf`, merged);
  const names = feedNames(merged).map(({ name }) => name);
  await mustRunInTree(bench, 'feeds', ['./scripts/feeds', 'update', '-a'], voice);
  await prove(() => proveIndexes(bench, names));
  for (const words of recipe.installs) {
    await mustRunInTree(bench, 'feeds', ['./scripts/feeds', 'install', ...words], voice);
  }
  return names.length === 1 ? '1 feed' : `${names.length} feeds`;
}

/** Merges feeds.conf, updates the feeds, and installs their packages in the recipe's own order. */
export function feedsStage(bench: Workbench): Step {
  return { name: 'feeds', title: 'Update and install the feeds', run: (voice) => run(bench, voice) };
}
