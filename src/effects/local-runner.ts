import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { Failure, messageOf } from '../core/failure.js';
import { CommandLog } from './command-log.js';
import { childEnvironment } from './environment.js';
import { Output } from './output.js';
import { endGroup, groupOptions, rememberGroup, sweepGroup } from './process-group.js';
import type { Invocation, Outcome, RunOptions, Runner } from './runner.js';

/** How long a silent stream is waited for once the command's whole group has gone. */
const orphanSilenceMs = 1000;

function stdinOf({ input, inputFile }: Invocation) {
  if (inputFile !== undefined) return { file: inputFile };
  return input === undefined ? 'ignore' : 'pipe';
}

function start(invocation: Invocation, inherited: number | undefined) {
  return execa(invocation.file, [...invocation.args], {
    ...(invocation.cwd !== undefined && { cwd: invocation.cwd }),
    stdio: [
      stdinOf(invocation),
      'pipe',
      'pipe',
      // execa takes a descriptor here, as Node does; its types do not say so.
      ...(inherited === undefined ? [] : [inherited as unknown as 'pipe']),
    ],
    env: childEnvironment(process.env, invocation.env),
    ...groupOptions,
  });
}

type Child = ReturnType<typeof start>;

/** Hands the input over. A program that ends without reading it all is no error here: its exit status tells. */
function feed(child: Child, input: string | undefined): void {
  child.stdin?.on('error', () => undefined);
  if (input !== undefined) child.stdin?.end(input);
}

function notStarted({ file, cwd }: Invocation, error: unknown): Failure {
  if (cwd !== undefined && !existsSync(cwd)) {
    return new Failure(`${file} could not be started: the directory ${cwd} does not exist`, {
      code: 'prerequisite',
      cause: error,
    });
  }
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const reasons: Record<string, string> = { ENOENT: 'there is no such program', EACCES: 'permission denied' };
  return new Failure(`${file} could not be started: ${reasons[code ?? ''] ?? messageOf(error)}`, {
    code: 'prerequisite',
    hint: 'Run `otb doctor` to see what this machine lacks.',
    cause: error,
  });
}

/** A process that left the group (setsid) may hold the streams open for ever: silence ends the wait. */
async function letGo(outputs: readonly Output[]): Promise<void> {
  const done = Promise.allSettled(outputs.map((output) => output.done)).then(() => true);
  while (!(await Promise.race([done, sleep(100, false)]))) {
    for (const output of outputs) if (output.silentMs > orphanSilenceMs) output.abandon();
  }
}

/** Calls `end` when a command lasts too long, or says nothing for too long. Returns what stops the watch. */
function watchClock(
  { timeoutMs }: Invocation,
  { silenceMs }: RunOptions,
  outputs: readonly Output[],
  end: () => void,
): () => void {
  const limit = timeoutMs === undefined ? undefined : setTimeout(end, timeoutMs);
  const silence =
    silenceMs === undefined
      ? undefined
      : setInterval(
          () => {
            if (outputs.every((output) => output.silentMs > silenceMs)) end();
          },
          Math.min(1000, silenceMs / 4),
        );
  return () => {
    clearTimeout(limit);
    clearInterval(silence);
  };
}

/** Everything between a child's start and the moment when nothing of it is left. */
async function attend(child: Child, group: number, invocation: Invocation, options: RunOptions, log?: CommandLog) {
  const exited = once(child, 'exit');
  feed(child, invocation.input);
  let timedOut = false;
  let ending: Promise<void> | undefined;
  const end = () => {
    ending ??= endGroup(group);
  };
  options.signal?.addEventListener('abort', end, { once: true });
  const outputs = [child.stdout, child.stderr].map((stream) => new Output(stream, { log, onLine: options.onLine }));
  const stopClock = watchClock(invocation, options, outputs, () => {
    timedOut = true;
    end();
  });
  try {
    // Output that cannot be handed on ends the command: nobody would know what it did.
    for (const output of outputs) output.done.catch(end);
    await exited;
    await (ending ?? sweepGroup(group));
    await letGo(outputs);
    await Promise.all(outputs.map((output) => output.done));
    return { timedOut, stdout: String(outputs[0]), stderr: String(outputs[1]) };
  } finally {
    stopClock();
    options.signal?.removeEventListener('abort', end);
  }
}

async function run(invocation: Invocation, options: RunOptions = {}): Promise<Outcome> {
  options.signal?.throwIfAborted();
  const log = options.logFile === undefined ? undefined : await CommandLog.open(options.logFile);
  try {
    if (options.logTitle !== undefined) await log?.write(Buffer.from(`${options.logTitle}\n`));
    options.signal?.throwIfAborted();
    const begun = performance.now();
    const child = start(invocation, options.inherited);
    if (child.pid === undefined) throw notStarted(invocation, (await child).cause);
    rememberGroup(child.pid);
    const output = await attend(child, child.pid, invocation, options, log);
    options.signal?.throwIfAborted();
    return {
      ...output,
      exitCode: child.exitCode,
      signalName: child.signalCode,
      elapsedMs: performance.now() - begun,
    };
  } finally {
    await log?.close();
  }
}

/** Runs commands on this machine, each in a process group of its own, so that all it started can be ended with it. */
export const localRunner: Runner = { run };
