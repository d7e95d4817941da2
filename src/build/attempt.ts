import { quoteCommand } from '../core/shell.js';
import type { StepVoice } from '../steps/step.js';
import { Diagnosis } from './diagnose/diagnosis.js';
import type { FailedMake } from './make-failure.js';
import { runInTree, type Workbench } from './workbench.js';

/**
 * Runs a command of a stage, and reads what it prints for failures; undefined when it succeeded.
 *
 * @param onLine sees each line of the output
 */
export async function attempt(
  bench: Workbench,
  stage: string,
  words: readonly [string, ...string[]],
  voice: StepVoice,
  onLine: (line: string) => void = () => undefined,
): Promise<FailedMake | undefined> {
  const diagnosis = new Diagnosis({ remedies: bench.remedies });
  // As in the log: it says how many jobs there are.
  diagnosis.push(`$ ${quoteCommand(words)}`);
  const line = (text: string) => {
    voice.line(text);
    onLine(text);
    diagnosis.push(text);
  };
  const outcome = await runInTree(bench, stage, words, { ...voice, line });
  if (outcome.exitCode === 0) return undefined;
  return { failures: diagnosis.end().findings.filter(({ severity }) => severity === 'error'), outcome };
}
