import { Failure } from '../core/failure.js';
import { plainLine } from '../core/terminal-text.js';
import type { Runner } from '../effects/runner.js';
import type { TreeFiles } from '../effects/tree-files.js';
import { qemuInvocation, type Machine } from './qemu.js';

/** What a machine needs from outside. */
export interface MachineHelp {
  run: Runner;
  /** The same machine over SSH. */
  inside: Runner;
  files: TreeFiles;
  /** Waits; rejects when the signal fires. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  now: () => number;
}

/** A machine that runs. */
export interface RunningMachine {
  /** From power on to the first login, in milliseconds. */
  bootMs: number;
  /** Waits until SSH answers with another boot id than `before`; returns the new one. */
  loggedIn(before: string | undefined, withinMs: number): Promise<string>;
  /** Ends the machine and waits until it is gone. */
  stop(): Promise<void>;
}

/** How often a machine that boots is asked. */
const pollMs = 500;

/** The boot id over SSH, or undefined while nobody answers. */
async function readBootId(inside: Runner, signal: AbortSignal): Promise<string | undefined> {
  const { exitCode, stdout } = await inside.run(
    { file: 'cat', args: ['/proc/sys/kernel/random/boot_id'], timeoutMs: 60_000 },
    { signal },
  );
  return exitCode === 0 ? stdout.trim() : undefined;
}

async function consoleTail({ files }: MachineHelp, { console }: Machine): Promise<string[]> {
  const text = (await files.readText(console)) ?? '';
  return text
    .split('\n')
    .map(plainLine)
    .filter((line) => line.trim() !== '')
    .slice(-30);
}

/** Starts a machine and waits for the first login. On a failure the end of its console is in the message. */
export async function bootMachine(
  machine: Machine,
  help: MachineHelp,
  signal: AbortSignal,
  withinMs: number,
): Promise<RunningMachine> {
  const own = new AbortController();
  const either = AbortSignal.any([signal, own.signal]);
  const begun = help.now();
  let ended: string | undefined;
  const running = help.run.run(qemuInvocation(machine), { signal: either }).then(
    ({ exitCode, stderr }) => {
      ended = `QEMU ended (${String(exitCode)}): ${stderr.trim()}`;
    },
    (error: unknown) => {
      ended = error instanceof Error ? error.message : String(error);
    },
  );
  const stop = async () => {
    own.abort();
    await running;
  };
  const loggedIn = async (before: string | undefined, limitMs: number) => {
    const deadline = help.now() + limitMs;
    while (help.now() < deadline && ended === undefined) {
      const bootId = await readBootId(help.inside, either);
      if (bootId !== undefined && bootId !== before) return bootId;
      await help.sleep(pollMs, either);
    }
    signal.throwIfAborted();
    throw new Failure(ended ?? `the machine let nobody in within ${Math.round(limitMs / 1000)} s`, {
      code: 'verification',
      lines: await consoleTail(help, machine),
      hint: `Its console is in ${machine.console}.`,
    });
  };
  try {
    await loggedIn(undefined, withinMs);
  } catch (error) {
    await stop();
    throw error;
  }
  return { bootMs: help.now() - begun, loggedIn, stop };
}
