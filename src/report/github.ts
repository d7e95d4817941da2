import { plainLine, plainText } from '../core/terminal-text.js';
import { formatDuration } from '../core/units.js';
import { dispatch, ignore, type Handlers } from './dispatch.js';
import type { StageStarted, Warned } from './events.js';
import type { Face, Sink } from './face.js';
import { finishedText } from './plain.js';
import { workflowCommand } from './workflow-command.js';

/** What the GitHub face needs from outside. */
export interface GithubOptions {
  /** A word nobody can guess: foreign output could end the fence otherwise. */
  fence: string;
  /** Appends to the job's step summary; absent when the runner offers none. */
  appendSummary?: (markdown: string) => Promise<void>;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** Foreign output stands between stop-commands fences, our own lines outside of them. */
class FencedSink {
  readonly #sink: Sink;
  readonly #fence: string;
  #fenced = false;

  constructor(sink: Sink, fence: string) {
    this.#sink = sink;
    this.#fence = fence;
  }

  /** A line of our own, workflow commands included. */
  say(line: string): void {
    this.endFence();
    this.#sink.write(`${plainLine(line.replaceAll('\n', ' '))}\n`);
  }

  /** A line that may hold anything. */
  quote(line: string): void {
    if (!this.#fenced) this.#sink.write(`::stop-commands::${this.#fence}\n`);
    this.#fenced = true;
    this.#sink.write(`${plainText(line)}\n`);
  }

  endFence(): void {
    if (this.#fenced) this.#sink.write(`::${this.#fence}::\n`);
    this.#fenced = false;
  }
}

/** The stages of a job: their groups in the log and their rows in the summary. */
class Groups {
  readonly rows: string[] = [];
  readonly #titles = new Map<string, string>();
  readonly #sink: FencedSink;
  #open = false;

  constructor(sink: FencedSink) {
    this.#sink = sink;
  }

  begin({ stage, title }: StageStarted): void {
    this.end();
    this.#titles.set(stage, title);
    this.#sink.say(workflowCommand('group', title));
    this.#open = true;
  }

  row(stage: string, result: string, elapsedMs: number): void {
    this.rows.push(`| ${cell(this.#titles.get(stage) ?? stage)} | ${cell(result)} | ${formatDuration(elapsedMs)} |`);
    this.end();
  }

  end(): void {
    if (this.#open) this.#sink.say('::endgroup::');
    this.#open = false;
  }
}

function annotation({ message, hint, place }: Warned): string {
  const text = hint === undefined ? message : `${message}; ${hint}`;
  return workflowCommand('warning', text, { file: place?.file, line: place?.line, col: place?.column });
}

/**
 * Groups per stage, annotations, and a table in the step summary. What foreign programs print stands between
 * `::stop-commands::` fences, so that a build log can not give the runner orders.
 */
export function githubFace(sink: Sink, { fence, appendSummary }: GithubOptions): Face {
  const fenced = new FencedSink(sink, fence);
  const groups = new Groups(fenced);
  const handlers: Handlers = {
    'stages-planned': ignore,
    'stage-progress': ignore,
    'command-planned': ({ command }) => {
      fenced.quote(command);
    },
    'stage-started': (event) => {
      groups.begin(event);
    },
    'stage-output': ({ line }) => {
      fenced.quote(line);
    },
    'stage-finished': (event) => {
      fenced.say(finishedText(event));
      groups.row(event.stage, event.note ?? event.result, event.elapsedMs);
    },
    'stage-failed': ({ stage, message, elapsedMs }) => {
      groups.row(stage, `failed: ${message}`, elapsedMs);
    },
    warning: (event) => {
      fenced.say(annotation(event));
    },
    note: ({ message }) => {
      fenced.quote(message);
    },
  };
  return {
    emit: (event) => {
      dispatch(handlers, event);
    },
    async close() {
      groups.end();
      fenced.endFence();
      const table = groups.rows.splice(0);
      if (table.length > 0) await appendSummary?.(`| stage | result | time |\n|---|---|---|\n${table.join('\n')}\n\n`);
    },
  };
}
