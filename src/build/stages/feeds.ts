import type { Step, StepVoice } from '../../steps/step.js';
import { fetchFeeds, mendFeed, planTreeFeeds } from '../feed-sources.js';
import { failedUpdates, parseInstall } from '../feed-index.js';
import type { Feed } from '../feeds.js';
import { proveInstall, troubleOf, unbrought, type FeedHelp, type FeedTrouble } from '../feed-proof.js';
import { openDoor } from '../git/door.js';
import { beginLog, mustRunInTree, runInTree, type Workbench } from '../workbench.js';

/** Waits before a feed that failed is updated again, in milliseconds. */
const waits = [1000, 4000];

function update({ bench, voice, settings }: FeedHelp, ...words: string[]) {
  return runInTree(bench, 'feeds', ['./scripts/feeds', 'update', ...words], voice, settings);
}

/** What is wrong with which feeds after an update. */
async function troubles(feeds: readonly Feed[], said: string, help: FeedHelp): Promise<FeedTrouble[]> {
  const failed = new Set(failedUpdates(said));
  const found: FeedTrouble[] = [];
  for (const feed of feeds) {
    const what = await troubleOf(feed, failed.has(feed.name), help);
    if (what !== undefined) found.push({ feed, what, said });
  }
  return found;
}

/** The update may exit 0 having done nothing, or 1 because of one feed of many: what is there decides, not the status. */
async function updateFeeds(feeds: readonly Feed[], help: FeedHelp): Promise<void> {
  const { bench, voice } = help;
  const outcome = await update(help, '-a');
  await bench.prove(async () => {
    let bad = await troubles(feeds, `${outcome.stdout}\n${outcome.stderr}`, help);
    for (const wait of waits) {
      if (bad.length === 0) break;
      await bench.sources.pause(wait, voice.signal);
      const left: FeedTrouble[] = [];
      for (const { feed } of bad) {
        const commit = help.commits[feed.name];
        if (commit !== undefined && feed.commit !== undefined) await mendFeed(feed, commit, help);
        const again = await update(help, feed.name);
        left.push(...(await troubles([feed], `${again.stdout}\n${again.stderr}`, help)));
      }
      bad = left;
    }
    if (bad.length > 0) throw unbrought(bad, bench);
  });
}

async function run(bench: Workbench, voice: StepVoice): Promise<string> {
  const { files, layout, recipe } = bench;
  const plan = await planTreeFeeds(bench);
  await beginLog(bench, 'feeds');
  const door = openDoor(bench, 'feeds', voice);
  const fetched = await fetchFeeds(plan.feeds, { bench, stage: 'feeds', door, voice });
  const help: FeedHelp = { bench, voice, door, ...fetched };
  await files.writeText(`${layout.tree}/feeds.conf`, plan.text, plan.typed);
  await updateFeeds(plan.feeds, help);
  for (const words of recipe.installs) {
    await mustRunInTree(bench, 'feeds', ['./scripts/feeds', 'install', ...words], voice);
    await bench.prove(() => proveInstall(words, parseInstall(words), plan.feeds, help));
  }
  return plan.feeds.length === 1 ? '1 feed' : `${plan.feeds.length} feeds`;
}

/** Merges feeds.conf, fetches and updates the feeds, and installs their packages in the recipe's own order. */
export function feedsStage(bench: Workbench): Step {
  return { name: 'feeds', title: 'Update and install the feeds', run: (voice) => run(bench, voice) };
}
