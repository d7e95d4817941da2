import { plainLine, plainText } from '../core/terminal-text.js';
import { formatDuration } from '../core/units.js';
import { dispatch, ignore, type Handlers } from './dispatch.js';
import type { StageFinished, Warned } from './events.js';
import type { Face, Sink } from './face.js';
import { Pace } from './pace.js';
import { progressText } from './progress-text.js';

/** How much the plain face says. */
export interface PlainOptions {
  /** Only warnings. */
  quiet: boolean;
  /** Foreign programs' output too. */
  verbose: boolean;
  now: () => number;
}

/** How often a stage's progress is printed at most. */
const progressIntervalMs = 10_000;

/** `done in 3.1 s (214 packages)` for a finished stage. */
export function finishedText({ result, elapsedMs, note }: StageFinished): string {
  const words = { done: 'done', 'already-done': 'nothing to do', previewed: 'previewed' }[result];
  return `${words} in ${formatDuration(elapsedMs)}${note === undefined ? '' : ` (${note})`}`;
}

/** A warning with its place and what to do. */
export function warningText({ message, hint, place }: Warned): string {
  const where = place ? `${place.file}:${place.line}:${place.column}: ` : '';
  return `warning: ${where}${message}${hint === undefined ? '' : `; ${hint}`}`;
}

/** A line per event, for logs, pipes and CI: no colour, nothing that moves. */
export function plainFace(sink: Sink, { quiet, verbose, now }: PlainOptions): Face {
  const pace = new Pace(progressIntervalMs, now);

  const say = (text: string) => {
    sink.write(`${plainText(text)}\n`);
  };
  const unlessQuiet = (text: string) => {
    if (!quiet) say(text);
  };
  const handlers: Handlers = {
    'stages-planned': ignore,
    'stage-started': ({ title }) => {
      pace.start();
      unlessQuiet(`==> ${title}`);
    },
    'stage-progress': (event) => {
      if (pace.isDue()) unlessQuiet(`    ${progressText(event)}`);
    },
    'stage-output': ({ line }) => {
      if (verbose) unlessQuiet(plainLine(line));
    },
    'command-planned': ({ command }) => {
      unlessQuiet(`    ${command}`);
    },
    'stage-finished': (event) => {
      unlessQuiet(`    ${finishedText(event)}`);
    },
    'stage-failed': ({ elapsedMs }) => {
      unlessQuiet(`    failed after ${formatDuration(elapsedMs)}`);
    },
    warning: (event) => {
      say(warningText(event));
    },
    note: ({ message }) => {
      unlessQuiet(message);
    },
  };
  return {
    emit: (event) => {
      dispatch(handlers, event);
    },
    close: () => Promise.resolve(),
  };
}
