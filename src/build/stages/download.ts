import type { StepVoice } from '../../steps/step.js';
import { attempt } from '../attempt.js';
import { describeFailures } from '../make-failure.js';
import type { BareStage } from '../stage.js';
import { beginLog, logPath, type Workbench } from '../workbench.js';

/** Where make keeps the archives. */
function archives({ layout, recipe }: Workbench): string {
  return recipe.downloads?.directory ?? `${layout.tree}/dl`;
}

/** An archive without a byte is what a full disk or a cut connection left; make takes it for the real one. */
async function removeEmpty({ files, ...bench }: Workbench): Promise<void> {
  const directory = archives({ files, ...bench });
  const empty = (await files.list(directory)).filter(({ size }) => size === 0);
  for (const { path } of empty) await files.remove(`${directory}/${path}`);
}

async function run(bench: Workbench, voice: StepVoice): Promise<undefined> {
  await beginLog(bench, 'download');
  await removeEmpty(bench);
  const words = ['make', 'download', `-j${bench.jobs}`, 'V=s'] as const;
  const failed = await attempt(bench, 'download', words, voice);
  if (!failed) return undefined;
  const wrong = failed.failures.flatMap(({ kind, subject }) => (kind === 'download-hash' && subject !== undefined ? [subject] : []));
  // The tree says that it deletes an archive whose hash is wrong, and does not: every later try would fail on it.
  for (const name of wrong) await bench.files.remove(`${archives(bench)}/${name.replace(/^.*\//, '')}`);
  const again = wrong.length > 0 ? await attempt(bench, 'download', words, voice) : failed;
  if (again) throw await describeFailures(bench, again, logPath(bench, 'download'));
  bench.emit({ type: 'warning', message: `fetched again, because its hash was wrong: ${wrong.join(', ')}` });
  return undefined;
}

/** Fetches every source before anything is compiled, so that a missing one is known early and the rest works offline. */
export function downloadStage(bench: Workbench): BareStage {
  return { name: 'download', title: 'Download sources', run: (voice) => run(bench, voice) };
}
