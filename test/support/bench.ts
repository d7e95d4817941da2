import { layoutOf } from '../../src/build/layout.js';
import { recipePins } from '../../src/build/pins.js';
import { settingsOf } from '../../src/build/git/environment.js';
import type { Recipe } from '../../src/build/recipe.js';
import type { Sources } from '../../src/build/sources.js';
import type { Workbench } from '../../src/build/workbench.js';
import { localRunner } from '../../src/effects/local-runner.js';
import type { Runner } from '../../src/effects/runner.js';
import { localFiles } from '../../src/effects/tree-files.js';
import type { Event } from '../../src/report/events.js';
import type { Step, StepVoice } from '../../src/steps/step.js';

/** A recipe with nothing in it. */
export const emptyRecipe: Recipe = {
  name: 'test',
  summary: 'for a test',
  source: { kind: 'tree', path: 'tree' },
  feeds: [],
  installs: [],
  config: [],
  packages: [],
};

/** Sources that wait for nothing; `directory` holds the caches. */
export function testSources(directory: string, recipe: Recipe, changes: Partial<Sources> = {}): Sources {
  return {
    caches: `${directory}/cache/otb/git`,
    offline: false,
    wanted: recipePins(recipe),
    resolved: { feeds: {} },
    places: {},
    gitSettings: settingsOf([], recipe.rewrites ?? []),
    mark: '1',
    pause: () => Promise.resolve(),
    ...changes,
  };
}

/** A workbench on real programs and files below a directory of the test. */
export class TestBench {
  readonly bench: Workbench;
  readonly events: Event[] = [];
  /** Every command that was run, looks left out. */
  readonly commands: string[] = [];
  readonly voice: StepVoice;
  readonly #controller = new AbortController();

  constructor(directory: string, recipe: Recipe, changes: Partial<Sources> = {}, runner: Runner = localRunner) {
    this.voice = { line: () => undefined, progress: () => undefined, signal: this.#controller.signal };
    this.bench = {
      recipe,
      layout: layoutOf(`${directory}/work`, recipe.name),
      home: directory,
      jobs: 1,
      sources: testSources(directory, recipe, changes),
      environment: {},
      emit: (event) => this.events.push(event),
      remedies: [],
      keepGoing: false,
      silenceMs: 600_000,
      cured: [],
      files: localFiles,
      prove: (check) => check(),
      run: {
        run: (invocation, options) => {
          if (invocation.readOnly !== true) this.commands.push([invocation.file, ...invocation.args].join(' '));
          return runner.run(invocation, options);
        },
      },
    };
  }

  /** Runs a stage to its end; resolves with its remark. */
  run(stage: (bench: Workbench) => Pick<Step, 'run'>): Promise<string | undefined> {
    return stage(this.bench).run(this.voice);
  }

  /** Stops what runs, as Ctrl-C does. */
  stop(reason: Error): void {
    this.#controller.abort(reason);
  }

  /** The warnings that were given. */
  get warnings(): string[] {
    return this.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  }
}
