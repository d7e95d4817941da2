import { Failure } from '../core/failure.js';
import type { StepVoice } from '../steps/step.js';
import { attempt } from './attempt.js';
import { targetsAlone, type Cure } from './cures.js';
import { explainDropped } from './explain-dropped.js';
import { droppedSymbols, parseConfig } from './kconfig.js';
import type { FailedMake } from './make-failure.js';
import { parsePackageFacts } from './package-facts.js';
import type { RemedyAction } from './remedies/remedy.js';
import { mustRunInTree, type Workbench } from './workbench.js';

/** What a cure came to: what the user is told when the build goes on, or why it cannot. */
export type CureResult = { isCured: true; warning: string } | { isCured: false; message?: string; failed?: FailedMake };

/** A line of `.config` put in the place of the one for the same symbol. */
function withLine(config: string, line: string): string {
  const [symbol = ''] = parseConfig(line).keys();
  const kept = config.split('\n').filter((one) => one !== '' && !parseConfig(one).has(symbol));
  return [...kept, line, ''].join('\n');
}

async function setKconfig(bench: Workbench, line: string, voice: StepVoice): Promise<string | undefined> {
  const { files, layout } = bench;
  const path = `${layout.tree}/.config`;
  await files.writeText(path, withLine((await files.readText(path)) ?? '', line));
  await mustRunInTree(bench, 'compile', ['make', 'defconfig'], voice);
  const got = parseConfig((await files.readText(path)) ?? '');
  const [dropped] = droppedSymbols(parseConfig(line), got);
  if (!dropped) return undefined;
  const index = parsePackageFacts((await files.readText(`${layout.tree}/tmp/.packageinfo`)) ?? '');
  return `"${line}" does not last: ${explainDropped(dropped, index, got) ?? 'make defconfig sets it again'}`;
}

/** Does one thing of a remedy; says what went wrong, or nothing. */
async function act(bench: Workbench, action: RemedyAction, voice: StepVoice): Promise<Omit<CureResult & { isCured: false }, 'isCured'> | undefined> {
  if (action.type === 'kconfig') {
    const message = await setKconfig(bench, action.line, voice);
    return message === undefined ? undefined : { message };
  }
  const [file, ...args] = action.words;
  if (file === undefined) return undefined;
  const failed = await attempt(bench, 'compile', [file, ...args, ...(file === 'make' ? ['V=s', 'BUILD_LOG=1'] : [])], voice);
  return failed && { message: `\`${action.words.join(' ')}\` failed`, failed };
}

async function applyRemedy(bench: Workbench, { finding, remedy }: Cure & { type: 'remedy' }, voice: StepVoice): Promise<CureResult> {
  const what = finding.package ?? 'make';
  for (const action of remedy.actions) {
    const bad = await act(bench, action, voice);
    if (bad) return { ...bad, isCured: false, message: `${what} failed, and the remedy "${remedy.name}" did not help: ${bad.message ?? ''}` };
  }
  const left = remedy.actions.flatMap((action) => (action.type === 'kconfig' ? [action.line] : []));
  const how = left.length === 0 ? '' : `: ${left.join(', ')}`;
  return { isCured: true, warning: `${what} failed; the remedy "${remedy.name}" was applied${how}` };
}

async function buildAlone(bench: Workbench, cure: Cure & { type: 'alone' }, voice: StepVoice): Promise<CureResult> {
  const failed = await attempt(bench, 'compile', ['make', ...targetsAlone(cure.finding), '-j1', 'V=s', 'BUILD_LOG=1'], voice);
  if (failed) return { isCured: false, failed };
  return { isCured: true, warning: `${cure.package} failed among parallel jobs, and was built alone: it does not wait for what it needs` };
}

/** Applies a cure in the tree. Its output goes to the log of the stage `compile`. */
export function applyCure(bench: Workbench, cure: Cure, voice: StepVoice): Promise<CureResult> {
  return cure.type === 'remedy' ? applyRemedy(bench, cure, voice) : buildAlone(bench, cure, voice);
}

/** Refuses to go on without an end. */
export function verifyRounds(round: number): void {
  if (round <= 20) return;
  throw new Failure('make failed again and again, each time in another package', {
    code: 'build',
    hint: 'Run it with --jobs 1, and read the log of the stage `compile`.',
  });
}
