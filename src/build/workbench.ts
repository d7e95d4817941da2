import type { Runner, Invocation, Outcome } from '../effects/runner.js';
import type { TreeFiles } from '../effects/tree-files.js';
import type { Emit } from '../report/events.js';
import { Failure } from '../core/failure.js';
import { quoteCommand } from '../core/shell.js';
import { plainLine } from '../core/terminal-text.js';
import type { StepVoice } from '../steps/step.js';
import type { Layout } from './layout.js';
import { gitEnvironment } from './git/environment.js';
import type { Recipe } from './recipe.js';
import type { Remedy } from './remedies/remedy.js';
import type { Sources } from './sources.js';

/** A package that failed at first. */
export interface CuredPackage {
  /** In the words of the tree; absent when make did not name one. */
  package: string | undefined;
  /** The name of the remedy, or `built alone`. */
  how: string;
}

/** What every stage of a build works with. */
export interface Workbench {
  recipe: Recipe;
  layout: Layout;
  /** The root of otb's own files: `trees/`, `feeds/`, `patches/`. */
  home: string;
  jobs: number;
  /** Where git trees and feeds come from, and which commits they are. */
  sources: Sources;
  /** Variables that the tree's own programs get beside git's: the recipe's. */
  environment: Readonly<Record<string, string>>;
  run: Runner;
  files: TreeFiles;
  emit: Emit;
  /** The user's remedies, beside those otb knows. */
  remedies: readonly Remedy[];
  /** Whether make builds on after a failure, so that all of them are known in one go. */
  keepGoing: boolean;
  /** How long a program may print nothing before it counts as hung, in milliseconds. */
  silenceMs: number;
  /** What failed and was put right, for the record of the build; the stage `compile` fills it. */
  cured: CuredPackage[];
  /** Runs a check of what a stage has done. Under `--dry-run` nothing was done, and nothing is checked. */
  prove: (check: () => Promise<void>) => Promise<void>;
}

/** How many lines of a failed program are shown. */
const shownLines = 40;

/** The lines of output that people are shown: the last ones, without empty ones and without control characters. */
export function lastLines(text: string, count = shownLines): string[] {
  return text.split('\n').map(plainLine).filter((line) => line.trim() !== '').slice(-count);
}

/** Whether there is a build tree in the work directory. */
export async function hasTree({ files, layout }: Workbench): Promise<boolean> {
  return (await files.readText(`${layout.tree}/rules.mk`)) !== undefined;
}

/** The log of a stage. */
export function logPath({ layout }: Workbench, stage: string): string {
  return `${layout.logs}/${stage}.log`;
}

/** Begins the log of a stage anew: it tells of one build, not of all. */
export async function beginLog(bench: Workbench, stage: string): Promise<void> {
  await bench.prove(() => bench.files.remove(logPath(bench, stage)));
}

/** Runs a command in the tree, its output to the stage's log and to the face. `settings` are more of git's. */
export async function runInTree(bench: Workbench, stage: string, words: readonly [string, ...string[]], voice: StepVoice, settings: Sources['gitSettings'] = []): Promise<Outcome> {
  const [file, ...args] = words;
  const env = { ...bench.environment, ...gitEnvironment([...bench.sources.gitSettings, ...settings]) };
  const invocation: Invocation = { file, args, cwd: bench.layout.tree, env };
  return bench.run.run(invocation, {
    signal: voice.signal,
    logFile: logPath(bench, stage),
    logTitle: `$ ${quoteCommand(words)}`,
    silenceMs: bench.silenceMs,
    onLine: (line) => { voice.line(line); },
  });
}

/** Like {@link runInTree}; an exit status other than 0 is a Failure with the last lines and the log's path. */
export async function mustRunInTree(bench: Workbench, stage: string, words: readonly [string, ...string[]], voice: StepVoice): Promise<Outcome> {
  const outcome = await runInTree(bench, stage, words, voice);
  if (outcome.exitCode === 0) return outcome;
  const how = outcome.signalName === null ? `exit status ${String(outcome.exitCode)}` : `signal ${outcome.signalName}`;
  throw new Failure(`\`${words.join(' ')}\` failed (${how})`, {
    code: 'build',
    lines: lastLines(`${outcome.stdout}\n${outcome.stderr}`),
    hint: `The whole log: ${logPath(bench, stage)}`,
  });
}
