import {
  Listr,
  ListrDefaultRendererLogLevels,
  ListrLogger,
  PRESET_TIMER,
  ProcessOutput,
  type DefaultRenderer,
  type ListrDefaultRendererOptions,
  type ListrTaskWrapper,
  type SimpleRenderer,
} from 'listr2';
import { plainLine } from '../core/terminal-text.js';
import { formatDuration } from '../core/units.js';
import { dispatch, ignore, type Handlers } from './dispatch.js';
import type { StageName, StageProgress } from './events.js';
import type { Face } from './face.js';
import { finishedText, warningText } from './plain.js';
import { progressBar, progressText, timeLeft } from './progress-text.js';

/** Where the terminal face draws, and with which clock. */
export interface TtyOptions {
  stream: NodeJS.WriteStream;
  color: boolean;
  now: () => number;
}

type Drawing = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

/** Every level drawn as it is: what `--no-color` and NO_COLOR ask for. */
const colorless: Pick<ListrDefaultRendererOptions, 'color'> = {
  color: Object.fromEntries(Object.values(ListrDefaultRendererLogLevels).map((level) => [level, (text) => text ?? ''])),
};

/** One stage on the screen: a promise that listr2 waits for, settled by the stage's own events. */
class Row {
  readonly title: string;
  readonly #settled: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  #drawing: Drawing | undefined;
  #line = '';
  #bar = '';
  #firstProgressAt: number | undefined;

  constructor({ title }: StageName) {
    this.title = title;
    this.#settled = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // listr2 begins to wait for a row only when it reaches it.
    this.#settled.catch(() => undefined);
  }

  draw(drawing: Drawing): Promise<void> {
    this.#drawing = drawing;
    return this.#settled;
  }

  line(text: string): void {
    if (text.trim() === '') return;
    this.#line = text.trim();
    this.#refresh();
  }

  progress(event: StageProgress, now: number): void {
    this.#firstProgressAt ??= now;
    const left = timeLeft(event.done, event.total, now - this.#firstProgressAt);
    const bar = event.total === undefined ? '' : `${progressBar(event.done, event.total, 20)} `;
    this.#bar = `${bar}${progressText(event)}${left === undefined ? '' : `, ${left} left`}`;
    this.#refresh();
  }

  finish(text: string): void {
    if (this.#drawing) this.#drawing.title = `${this.title}: ${text}`;
    this.#resolve();
  }

  fail(message: string): void {
    this.#reject(new Error(message));
  }

  #refresh(): void {
    if (this.#drawing) this.#drawing.output = [this.#bar, this.#line].filter((text) => text !== '').join('\n');
  }
}

/** listr2 as a face only: it draws to `stream` and leaves signals, exit codes and order to us. */
function draw(rows: readonly Row[], { stream, color }: TtyOptions): Promise<unknown> {
  const tasks = rows.map((row) => ({
    title: row.title,
    task: (_context: unknown, drawing: Drawing) => row.draw(drawing),
  }));
  const list = new Listr(tasks, {
    renderer: 'default',
    registerSignalListeners: false,
    forceTTY: true,
    rendererOptions: {
      timer: PRESET_TIMER,
      collapseErrors: false,
      showErrorMessage: false,
      logger: new ListrLogger({ processOutput: new ProcessOutput(stream, stream) }),
      ...(color ? {} : colorless),
    },
  });
  return list.run().catch(() => undefined);
}

/** A task a stage, with its time, a moving last line, and a bar where the total is known. */
export function ttyFace(options: TtyOptions): Face {
  const rows = new Map<string, Row>();
  const after: string[] = [];
  let drawn: Promise<unknown> | undefined;
  const say = (text: string) => {
    if (drawn) after.push(text);
    else options.stream.write(`${text}\n`);
  };
  const handlers: Handlers = {
    'stages-planned': ({ stages }) => {
      for (const name of stages) rows.set(name.stage, new Row(name));
      drawn = draw([...rows.values()], options);
    },
    'stage-started': ignore,
    'command-planned': ({ command }) => { say(command); },
    'stage-progress': (event) => rows.get(event.stage)?.progress(event, options.now()),
    'stage-output': ({ stage, line }) => rows.get(stage)?.line(plainLine(line)),
    'stage-finished': (event) => rows.get(event.stage)?.finish(finishedText(event)),
    'stage-failed': ({ stage, elapsedMs }) => rows.get(stage)?.fail(`failed after ${formatDuration(elapsedMs)}`),
    warning: (event) => { say(warningText(event)); },
    note: ({ message }) => { say(message); },
  }; // prettier-ignore
  return {
    emit: (event) => { dispatch(handlers, event); },
    async close() {
      // Rows that will never settle are let go, so that listr2 ends and restores the cursor.
      for (const row of rows.values()) row.fail('stopped');
      await drawn;
      drawn = undefined;
      for (const text of after.splice(0)) options.stream.write(`${text}\n`);
    },
  }; // prettier-ignore
}
