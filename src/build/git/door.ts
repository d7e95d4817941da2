import type { Outcome } from '../../effects/runner.js';
import type { StepVoice } from '../../steps/step.js';
import { logPath, type Workbench } from '../workbench.js';
import { gitEnvironment } from './environment.js';

/** Programs that bring sources, run with otb's settings of git. */
export interface Door {
  /** {@link askGit}, until the stage is told to stop. */
  ask: (...args: string[]) => Promise<string | undefined>;
  /** True when there is something of that name. */
  isThere: (path: string) => Promise<boolean>;
  /** Runs a program that changes something, its output to the stage's log and to the face. */
  tell: (words: readonly [string, ...string[]], env?: Readonly<Record<string, string>>) => Promise<Outcome>;
  /** Like `tell`, but to tidy up: also when the build has been told to stop, and whatever comes of it. */
  tidy: (words: readonly [string, ...string[]]) => Promise<void>;
}

/** Asks git something that changes nothing; undefined when git says no. Without the line end behind the answer. */
export async function askGit({ run, sources }: Workbench, args: readonly string[], signal?: AbortSignal): Promise<string | undefined> {
  // No log: a question runs under --dry-run, too, which writes no file.
  const question = { file: 'git', args, env: gitEnvironment(sources.gitSettings), readOnly: true };
  const { exitCode, stdout } = await run.run(question, signal && { signal });
  return exitCode === 0 ? stdout.trimEnd() : undefined;
}

/** The door of a stage. */
export function openDoor(bench: Workbench, stage: string, voice: StepVoice): Door {
  const environment = gitEnvironment(bench.sources.gitSettings);
  const { run } = bench;
  return {
    ask: (...args) => askGit(bench, args, voice.signal),
    async isThere(path) {
      const { exitCode } = await run.run({ file: 'test', args: ['-e', path], readOnly: true }, { signal: voice.signal });
      return exitCode === 0;
    },
    tell([file, ...args], env = {}) {
      const options = {
        signal: voice.signal,
        logFile: logPath(bench, stage),
        silenceMs: bench.silenceMs,
        onLine: (line: string) => { voice.line(line); },
      };
      return run.run({ file, args, env: { ...environment, ...env } }, options);
    },
    async tidy([file, ...args]) {
      await run.run({ file, args }).catch(() => undefined);
    },
  };
}
