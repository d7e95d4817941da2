import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PassThrough, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { execa } from 'execa';
import { Failure, messageOf } from '../core/failure.js';
import { childEnvironment } from './environment.js';
import { endGroup, rememberGroup, sweepGroup } from './process-group.js';
import { Tail } from './tail.js';
import type { Invocation, Outcome, RunOptions, Runner } from './runner.js';

const keptBytes = 8 * 1024 * 1024;

function start(invocation: Invocation) {
  return execa(invocation.file, [...invocation.args], {
    ...(invocation.cwd !== undefined && { cwd: invocation.cwd }),
    stdin: invocation.input === undefined ? 'ignore' : 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    env: childEnvironment(process.env, invocation.env),
    extendEnv: false,
    detached: true,
    cleanup: false,
    buffer: false,
    encoding: 'buffer',
    reject: false,
  });
}

/** Hands the input over. A program that ends without reading it all is no error here: its exit status tells. */
function feed(child: ReturnType<typeof start>, input: string | undefined): void {
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
}

/** Splits a stream into lines; a progress bar's carriage returns stay inside their line. */
async function forwardLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) onLine(line);
}

async function drain(stream: Readable, tail: Tail, log: WriteStream | undefined, onLine?: (line: string) => void) {
  const lines = onLine && new PassThrough();
  const reading = lines && forwardLines(lines, onLine);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    tail.push(chunk);
    if (log && !log.write(chunk)) await once(log, 'drain');
    if (lines && !lines.write(chunk)) await once(lines, 'drain');
  }
  lines?.end();
  await reading;
}

function openLog(path: string | undefined): WriteStream | undefined {
  return path === undefined ? undefined : createWriteStream(path, { flags: 'a' });
}

async function closeLog(log: WriteStream | undefined): Promise<void> {
  if (!log) return;
  log.end();
  await finished(log);
}

function notStarted(invocation: Invocation, error: unknown): Failure {
  const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return new Failure(
    `${invocation.file} could not be started: ${missing ? 'no such program or directory' : messageOf(error)}`,
    {
      code: 'prerequisite',
      hint: 'Run `otb doctor` to see what this machine lacks.',
      cause: error,
    },
  );
}

async function run(invocation: Invocation, options: RunOptions = {}): Promise<Outcome> {
  options.signal?.throwIfAborted();
  const begun = performance.now();
  const child = start(invocation);
  const group = child.pid;
  if (group === undefined) throw notStarted(invocation, (await child).cause);
  rememberGroup(group);
  feed(child, invocation.input);

  let timedOut = false;
  let ending: Promise<void> | undefined;
  const end = () => {
    ending ??= endGroup(group);
  };
  const timer = invocation.timeoutMs === undefined ? undefined : setTimeout(() => {
    timedOut = true;
    end();
  }, invocation.timeoutMs); // prettier-ignore
  options.signal?.addEventListener('abort', end, { once: true });

  const log = openLog(options.logFile);
  const [out, err] = [new Tail(keptBytes), new Tail(keptBytes)];
  try {
    const streams = Promise.all([
      drain(child.stdout, out, log, options.onLine),
      drain(child.stderr, err, log, options.onLine),
    ]);
    // A background job may hold the streams after the program's own end: it is ended first, then they close.
    await once(child, 'exit');
    await (ending ?? sweepGroup(group));
    await streams;
    const result = await child;
    options.signal?.throwIfAborted();
    return {
      exitCode: result.exitCode ?? null,
      signalName: result.signal ?? null,
      stdout: out.toString(),
      stderr: err.toString(),
      elapsedMs: performance.now() - begun,
      timedOut,
    };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', end);
    await closeLog(log);
  }
}

/** Runs commands on this machine, each in a process group of its own, so that all it started can be ended with it. */
export const localRunner: Runner = { run };
