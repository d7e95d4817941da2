import { Failure } from '../../core/failure.js';
import type { Step, StepVoice } from '../../steps/step.js';
import { parseConfig } from '../kconfig.js';
import { describeFailed, failedPackage, finishedTarget, type FailedPackage } from '../make-output.js';
import { parsePackageInfo, selectedSources } from '../package-info.js';
import { beginLog, lastLines, logPath, runInTree, type Workbench } from '../workbench.js';

/** How many packages this configuration builds; undefined while the tree has not been scanned. */
async function countPackages({ files, layout }: Workbench): Promise<number | undefined> {
  const [information, config] = await Promise.all([
    files.readText(`${layout.tree}/tmp/.packageinfo`),
    files.readText(`${layout.tree}/.config`),
  ]);
  if (information === undefined || config === undefined) return undefined;
  return selectedSources(parsePackageInfo(information), parseConfig(config)).length;
}

/** Follows make's output: how far it is, and which packages failed. */
class MakeWatch {
  readonly failed: FailedPackage[] = [];
  readonly #done = new Set<string>();
  readonly #voice: StepVoice;
  readonly #total: number | undefined;

  constructor(voice: StepVoice, total: number | undefined) {
    this.#voice = voice;
    this.#total = total;
  }

  readonly line = (text: string): void => {
    this.#voice.line(text);
    const failed = failedPackage(text);
    if (failed) this.failed.push(failed);
    if (/^package\/.*\/compile$/.test(finishedTarget(text) ?? '')) {
      this.#done.add(finishedTarget(text) ?? '');
      this.#voice.progress(this.#done.size, this.#total === undefined ? undefined : Math.max(this.#total, this.#done.size), 'packages');
    }
  };

  get count(): number {
    return this.#done.size;
  }
}

/** The package's own log is clean, where the output of a parallel make is interleaved. */
async function linesOf({ files, layout }: Workbench, { path }: FailedPackage): Promise<string[]> {
  const log = await files.readText(`${layout.tree}/logs/${path}/compile.txt`);
  return log === undefined ? [] : lastLines(log);
}

async function failure(bench: Workbench, failed: readonly FailedPackage[], output: string): Promise<Failure> {
  const [first] = failed;
  const hint = `The whole log: ${logPath(bench, 'compile')}`;
  if (!first) return new Failure('make failed', { code: 'build', lines: lastLines(output), hint });
  const own = await linesOf(bench, first);
  const names = [...new Set(failed.map(describeFailed))];
  return new Failure(`${names.join(', ')} failed to build`, {
    code: 'build',
    lines: own.length > 0 ? own : lastLines(output),
    hint: `${hint}\nTo build it alone: make -C ${bench.layout.tree} ${first.path}/{clean,compile} -j1 V=s`,
  });
}

async function run(bench: Workbench, voice: StepVoice): Promise<string | undefined> {
  await beginLog(bench, 'compile');
  const watch = new MakeWatch(voice, await countPackages(bench));
  const words = ['make', `-j${bench.jobs}`, 'V=s', 'BUILD_LOG=1'] as const;
  const { exitCode, stdout, stderr } = await runInTree(bench, 'compile', words, { ...voice, line: watch.line });
  if (exitCode !== 0) throw await failure(bench, watch.failed, `${stdout}\n${stderr}`);
  return watch.count === 0 ? undefined : `${watch.count} packages`;
}

/** Runs make. A failure names the package, shows the end of its own log, and says where the whole one is. */
export function compileStage(bench: Workbench): Step {
  return { name: 'compile', title: 'Compile', run: (voice) => run(bench, voice) };
}
