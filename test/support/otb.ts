import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The program under test, as a user runs it. */
export const otbPath = fileURLToPath(new URL('../../bin/otb.js', import.meta.url));

/** The repository's root. */
export const repositoryPath = fileURLToPath(new URL('../..', import.meta.url));

/** How a run of otb ended. */
export interface OtbRun {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Where and how otb is run. */
export interface OtbOptions {
  cwd?: string;
  env?: Record<string, string>;
  input?: string;
}

/** A run of otb that goes on. */
export interface StartedOtb {
  child: ChildProcess;
  ended: Promise<OtbRun>;
}

/** Starts `otb ARGS`. The environment is the caller's without CI's own variables, plus `env`. */
export function startOtb(args: readonly string[], options: OtbOptions = {}): StartedOtb {
  const { CI: _ci, GITHUB_ACTIONS: _github, ...inherited } = process.env;
  const child = spawn(process.execPath, [otbPath, ...args], {
    cwd: options.cwd ?? repositoryPath,
    env: { ...inherited, ...options.env },
    stdio: 'pipe',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number | null, stdout, stderr }));
  return { child, ended };
}

/** Runs `otb ARGS` to its end. */
export function otb(args: readonly string[], options: OtbOptions = {}): Promise<OtbRun> {
  return startOtb(args, options).ended;
}

/** The JSON document on stdout; a test that expects one fails when anything else stands there. */
export function documentOf({ stdout }: OtbRun): Record<string, unknown> {
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** What happened, out of a `--json` run's stderr; a test that expects events fails when anything else stands there. */
export function eventsOf({ stderr }: OtbRun): { type: string; stage?: string; result?: string; note?: string }[] {
  return stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });
}
