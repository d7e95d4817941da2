import {
  Listr,
  ListrDefaultRendererLogLevels,
  ListrLogger,
  ProcessOutput,
  type DefaultRenderer,
  type ListrDefaultRendererOptions,
  type ListrTaskWrapper,
  type SimpleRenderer,
} from 'listr2';
import { plainLine, plainText } from '../core/terminal-text.js';
import { formatDuration } from '../core/units.js';
import { dispatch, type Handlers } from './dispatch.js';
import type { StageFinished, StageName, StageProgress } from './events.js';
import type { Face } from './face.js';
import { warningText } from './plain.js';
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
  /** Set while listr2 shows the row's output: it throws when a settled row gets more of it. */
  #drawing: Drawing | undefined;
  #line = '';
  #bar = '';
  #note: string | undefined;
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

  /** listr2 reached the row; what was heard of the stage until now is shown. */
  draw(drawing: Drawing): Promise<void> {
    this.#drawing = drawing;
    this.#refresh();
    return this.#settled.finally(() => (this.#drawing = undefined));
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

  finish(note: string): void {
    this.#note = note;
    this.#refresh();
    this.#resolve();
  }

  fail(message: string): void {
    this.#reject(new Error(message));
  }

  #refresh(): void {
    if (!this.#drawing) return;
    if (this.#note !== undefined) this.#drawing.title = `${this.title}${this.#note}`;
    this.#drawing.output = [this.#bar, this.#line].filter((text) => text !== '').join('\n');
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
      collapseErrors: false,
      showErrorMessage: false,
      logger: new ListrLogger<ListrDefaultRendererLogLevels>({ processOutput: new ProcessOutput(stream, stream) }),
      ...(color ? {} : colorless),
    },
  });
  return list.run().catch(() => undefined);
}

/** What a finished stage's row says behind its title: the stage's own time, not the drawing's, which may come late. */
function finishedNote({ result, note, elapsedMs }: StageFinished): string {
  const word = { done: undefined, 'already-done': 'nothing to do', previewed: 'previewed' }[result];
  const words = [word, note].filter((text) => text !== undefined);
  return `${words.length === 0 ? '' : `: ${plainLine(words.join(', '))}`} [${formatDuration(elapsedMs)}]`;
}

/** The lists on the screen, one after the other: a command may plan its stages in several goes. */
class Screen {
  readonly #options: TtyOptions;
  readonly #after: string[] = [];
  #rows = new Map<string, Row>();
  #current: Row | undefined;
  #drawn: Promise<unknown> | undefined;

  constructor(options: TtyOptions) {
    this.#options = options;
  }

  plan(stages: readonly StageName[]): void {
    this.#release();
    const rows = stages.map((name) => [name.stage, new Row(name)] as const);
    this.#rows = new Map(rows);
    const before = this.#drawn ?? Promise.resolve();
    this.#drawn = before.then(() =>
      draw(
        rows.map(([, row]) => row),
        this.#options,
      ),
    );
  }

  begin(stage: string): void {
    this.#current = this.#rows.get(stage);
  }

  row(stage: string): Row | undefined {
    return this.#rows.get(stage);
  }

  /** Says a line: at once below the running stage, and again when the list is complete, so that it stays. */
  say(text: string): void {
    const clean = plainText(text);
    if (!this.#drawn) this.#options.stream.write(`${clean}\n`);
    else {
      this.#after.push(clean);
      this.#current?.line(clean);
    }
  }

  async close(): Promise<void> {
    this.#release();
    await this.#drawn;
    this.#drawn = undefined;
    for (const text of this.#after.splice(0)) this.#options.stream.write(`${text}\n`);
  }

  /** Rows that will never settle are let go, so that listr2 ends and shows the cursor again. */
  #release(): void {
    for (const row of this.#rows.values()) row.fail('stopped');
    this.#current = undefined;
  }
}

const showCursor = '\u001b[?25h';

/** A task a stage, with its time, a moving last line, and a bar where the total is known. */
export function ttyFace(options: TtyOptions): Face {
  const screen = new Screen(options);
  // While listr2 draws, the stream's own `write` only collects: what must be out at once goes past it.
  const write = options.stream.write.bind(options.stream);
  const handlers: Handlers = {
    'stages-planned': ({ stages }) => {
      screen.plan(stages);
    },
    'stage-started': ({ stage }) => {
      screen.begin(stage);
    },
    'command-planned': ({ command }) => {
      screen.say(command);
    },
    'stage-progress': (event) => screen.row(event.stage)?.progress(event, options.now()),
    'stage-output': ({ stage, line }) => screen.row(stage)?.line(plainLine(line)),
    'stage-finished': (event) => screen.row(event.stage)?.finish(finishedNote(event)),
    'stage-failed': ({ stage, elapsedMs }) => screen.row(stage)?.fail(`failed after ${formatDuration(elapsedMs)}`),
    warning: (event) => {
      screen.say(warningText(event));
    },
    note: ({ message }) => {
      screen.say(message);
    },
  };
  return {
    emit: (event) => {
      dispatch(handlers, event);
    },
    close: () => screen.close(),
    restore: () => {
      write(showCursor);
    },
  };
}
