import { Failure } from '../core/failure.js';
import type { Invocation, Outcome, Runner } from '../effects/runner.js';
import type { StepVoice } from '../steps/step.js';

/** What apt's commands are run with. */
export interface AptTools {
  runner: Runner;
  /** Waits; rejects when the signal fires. */
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Tells the user that something is waited for. */
  warn: (message: string) => void;
  /** Milliseconds from an arbitrary start. */
  now: () => number;
}

const lockPatienceMs = 5 * 60_000;
const lockPauseMs = 3000;
const shownLines = 12;

/** The process that holds apt's or dpkg's lock, from apt's complaint; undefined when it complains of something else. */
export function lockHolder(text: string): string | undefined {
  const held = /^E: Could not get lock (\S+?)\. It is held by process (\d+)(?: \((.*?)\))?/m.exec(text);
  if (held) return `process ${held[2] ?? '?'}${held[3] === undefined ? '' : ` (${held[3]})`}`;
  return /^E: (?:Could not get lock|Unable to (?:lock|acquire))/m.test(text) ? 'another process' : undefined;
}

/** The last lines that say something. */
export function lastLines({ stdout, stderr }: Pick<Outcome, 'stdout' | 'stderr'>): readonly string[] {
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-shownLines);
}

/** A failed apt command as the user is told of it. */
export function aptFailure(what: string, outcome: Outcome): Failure {
  const ended = outcome.timedOut ? 'took too long' : `ended with ${outcome.exitCode ?? outcome.signalName ?? '?'}`;
  return new Failure(`${what} ${ended}`, {
    code: 'prerequisite',
    lines: lastLines(outcome),
    hint: 'Run the command by hand to see all of it; a network or a mirror may be out of reach.',
  });
}

/** Runs an apt command; while another one holds the lock, waits for it, with a limit, and says so. */
export async function runApt(invocation: Invocation, tools: AptTools, voice: StepVoice): Promise<Outcome> {
  const begun = tools.now();
  let said = false;
  for (;;) {
    const outcome = await tools.runner.run(invocation, {
      onLine: (line) => {
        voice.line(line);
      },
      signal: voice.signal,
    });
    const holder = outcome.exitCode === 0 ? undefined : lockHolder(`${outcome.stdout}\n${outcome.stderr}`);
    if (holder === undefined) return outcome;
    if (tools.now() - begun > lockPatienceMs) {
      throw new Failure(`${holder} has held apt's lock for ${lockPatienceMs / 60_000} minutes`, {
        code: 'prerequisite',
        lines: lastLines(outcome),
        hint: 'Wait for it to end, then try again.',
      });
    }
    if (!said) tools.warn(`${holder} holds apt's lock; waiting for up to ${lockPatienceMs / 60_000} minutes`);
    said = true;
    await tools.wait(lockPauseMs, voice.signal);
  }
}
