import type { Readable } from 'node:stream';
import type { CommandLog } from './command-log.js';
import { codeOf } from './errno-words.js';
import { LineSplitter } from './line-splitter.js';
import { Tail } from './tail.js';

/** How much of each stream is kept for the caller; with a log, which has all of it, only what diagnosing takes. */
const keptBytes = 8 * 1024 * 1024;
const keptBesideLog = 1024 * 1024;

/** Where a command's output goes as it comes. */
export interface OutputSinks {
  log?: CommandLog | undefined;
  onLine?: ((line: string) => void) | undefined;
}

/** One stream of a command: read to its end, kept in part, handed on. */
export class Output {
  readonly #stream: Readable;
  readonly #tail: Tail;
  /** Resolves at the stream's end; rejects when the output could not be handed on. */
  readonly done: Promise<void>;
  #lastAt = performance.now();
  #isBusy = false;

  constructor(stream: Readable, sinks: OutputSinks) {
    this.#stream = stream;
    this.#tail = new Tail(sinks.log ? keptBesideLog : keptBytes);
    this.done = this.#read(sinks);
    // Whoever waits for it hears of a failure; until then it is not an unhandled one.
    this.done.catch(() => undefined);
  }

  /** Milliseconds since something arrived and was handed on. */
  get silentMs(): number {
    return this.#isBusy ? 0 : performance.now() - this.#lastAt;
  }

  /** Stops reading: what a process outside of the group writes later is nobody's. */
  abandon(): void {
    this.#stream.destroy();
  }

  toString(): string {
    return this.#tail.toString();
  }

  async #read({ log, onLine }: OutputSinks): Promise<void> {
    const lines = onLine && new LineSplitter(onLine);
    try {
      for await (const chunk of this.#stream as AsyncIterable<Buffer>) {
        this.#isBusy = true;
        this.#tail.push(chunk);
        lines?.push(chunk);
        await log?.write(chunk);
        this.#isBusy = false;
        this.#lastAt = performance.now();
      }
    } catch (error) {
      if (codeOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    }
    lines?.end();
  }
}
