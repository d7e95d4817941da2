import type { StepVoice } from '../../steps/step.js';
import { applyCure, verifyRounds } from '../apply-cure.js';
import { attempt } from '../attempt.js';
import { CureHistory, decide, type Cure } from '../cures.js';
import type { Finding } from '../diagnose/finding.js';
import { parseConfig } from '../kconfig.js';
import { finishedTarget } from '../make-output.js';
import { describeFailures, type FailedMake } from '../make-failure.js';
import { parsePackageInfo, selectedSources, type SourcePackage } from '../package-info.js';
import { remedyFor } from '../remedies/match.js';
import type { BareStage } from '../stage.js';
import { beginLog, logPath, type Workbench } from '../workbench.js';

/** The source packages of the tree; none while it has not been scanned. */
async function readSources({ files, layout }: Workbench): Promise<SourcePackage[]> {
  return parsePackageInfo((await files.readText(`${layout.tree}/tmp/.packageinfo`)) ?? '');
}

/** How many packages this configuration builds; undefined while that is not known. */
async function countPackages({ files, layout }: Workbench, sources: readonly SourcePackage[]): Promise<number | undefined> {
  const config = await files.readText(`${layout.tree}/.config`);
  return sources.length === 0 || config === undefined ? undefined : selectedSources(sources, parseConfig(config)).length;
}

/** Follows make's output through all its runs: how far the build is. */
class Progress {
  readonly #done = new Set<string>();
  readonly #voice: StepVoice;
  readonly #total: number | undefined;

  constructor(voice: StepVoice, total: number | undefined) {
    this.#voice = voice;
    this.#total = total;
  }

  line(text: string): void {
    const target = text.startsWith('time: ') ? (finishedTarget(text) ?? '') : '';
    if (!/^package\/.*\/compile$/.test(target)) return;
    this.#done.add(target);
    const total = this.#total === undefined ? undefined : Math.max(this.#total, this.#done.size);
    this.#voice.progress(this.#done.size, total, 'packages');
  }

  get count(): number {
    return this.#done.size;
  }
}

function howOf(cure: Cure): string {
  return cure.type === 'alone' ? 'built alone' : cure.remedy.name;
}

async function cure(bench: Workbench, before: FailedMake, cures: readonly Cure[], voice: StepVoice): Promise<void> {
  for (const one of cures) {
    const result = await applyCure(bench, one, voice);
    if (!result.isCured) {
      // What the package says when it is built alone is not mixed with the output of others.
      const failed = result.failed && result.failed.failures.length > 0 ? result.failed : { ...before, failures: [one.finding] };
      throw await describeFailures(bench, failed, logPath(bench, 'compile'), result.message);
    }
    bench.emit({ type: 'warning', message: result.warning });
    bench.cured.push({ package: one.finding.package, how: howOf(one) });
  }
}

async function run(bench: Workbench, voice: StepVoice): Promise<string | undefined> {
  await beginLog(bench, 'compile');
  const sources = await readSources(bench);
  const progress = new Progress(voice, await countPackages(bench, sources));
  const facts = { packages: sources.map(({ path }) => path) };
  const help = {
    isParallel: bench.jobs > 1,
    remedyFor: (finding: Finding) => remedyFor(finding, facts, bench.remedies),
    history: new CureHistory(),
  };
  const words = ['make', `-j${bench.jobs}`, 'V=s', 'BUILD_LOG=1', ...(bench.keepGoing ? ['-k'] : [])] as const;
  for (let round = 1; ; round += 1) {
    verifyRounds(round);
    const failed = await attempt(bench, 'compile', words, voice, (text) => { progress.line(text); });
    if (!failed) break;
    const decision = decide(failed.outcome.timedOut ? [] : failed.failures, help);
    if (decision.type === 'stop') {
      throw await describeFailures(bench, { ...failed, failures: decision.failures }, logPath(bench, 'compile'));
    }
    await cure(bench, failed, decision.cures, voice);
  }
  return progress.count === 0 ? undefined : `${progress.count} packages`;
}

/**
 * Runs make with parallel jobs. What fails is read out of its output: a known remedy is applied, what may be a race is
 * built once more alone, and the parallel build goes on. A real failure ends it with what went wrong, the end of the
 * package's own log, and the next step.
 */
export function compileStage(bench: Workbench): BareStage {
  return { name: 'compile', title: 'Compile', run: (voice) => run(bench, voice) };
}
