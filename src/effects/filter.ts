import { execa } from 'execa';
import { Failure } from '../core/failure.js';
import { childEnvironment } from './environment.js';
import { endGroup, groupOptions, rememberGroup, sweepGroup } from './process-group.js';
import { Tail } from './tail.js';
import { codeOf } from './errno-words.js';

/** What a program that changes a stream is: its name and arguments. */
export type FilterWords = readonly [string, ...string[]];

function start([file, ...args]: FilterWords, input: AsyncIterable<Buffer>) {
  return execa(file, args, {
    stdio: [input, 'pipe', 'pipe'],
    env: childEnvironment(process.env),
    ...groupOptions,
  });
}

function notStarted(file: string, cause: unknown): Failure {
  const why = codeOf(cause) === 'ENOENT' ? 'there is no such program' : String(cause);
  return new Failure(`${file} could not be started: ${why}`, {
    code: 'prerequisite',
    hint: 'Run `otb doctor flash`.',
    cause,
  });
}

function failed(file: string, said: string): Failure {
  return new Failure(`${file} could not unpack it: ${said.trim()}`, {
    code: 'verification',
    hint: 'Fetch the image again.',
  });
}

/**
 * Sends bytes through a program, `xz -dc` for instance, and gives what comes out of it. The program is ended when
 * nobody reads on, or the signal fires.
 *
 * @throws Failure when the program is not there, or ends with another status than 0
 */
export async function* filterThrough(
  words: FilterWords,
  input: AsyncIterable<Buffer>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  signal.throwIfAborted();
  const child = start(words, input);
  const { pid } = child;
  if (pid === undefined) throw notStarted(words[0], (await child).cause);
  rememberGroup(pid);
  const said = new Tail(4096);
  child.stderr.on('data', (piece: Buffer) => {
    said.push(piece);
  });
  let isEnded = false;
  try {
    for await (const piece of child.stdout as AsyncIterable<Buffer>) {
      signal.throwIfAborted();
      yield piece;
    }
    const { exitCode } = await child;
    isEnded = true;
    if (exitCode !== 0) throw failed(words[0], String(said));
  } finally {
    await (isEnded ? sweepGroup(pid) : endGroup(pid));
  }
}
