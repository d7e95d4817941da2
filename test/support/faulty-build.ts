import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Recipe } from '../../src/build/recipe.js';
import { configureStage } from '../../src/build/stages/configure.js';
import { feedsStage } from '../../src/build/stages/feeds.js';
import { sourceStage } from '../../src/build/stages/source.js';
import type { Workbench } from '../../src/build/workbench.js';
import { Tree, fixtureFeed } from '../fixtures/embedded-tree/tree.js';
import { TestBench, emptyRecipe } from './bench.js';

/** A build of the small fixture tree with the faulty feed, in directories of its own. */
export class FaultyBuild {
  readonly tree = new Tree();
  readonly directory = realpathSync(mkdtempSync(join(tmpdir(), 'otb-faulty-')));
  readonly test: TestBench;

  constructor(packages: readonly string[], changes: Partial<Workbench> = {}) {
    const recipe: Recipe = {
      ...emptyRecipe,
      source: { kind: 'tree', path: this.tree.path },
      feeds: [{ type: 'src-link', name: 'faulty', location: fixtureFeed('faulty') }],
      installs: [['-a']],
      packages,
    };
    this.test = new TestBench(this.directory, recipe);
    Object.assign(this.test.bench, { jobs: 4, ...changes });
  }

  get bench(): Workbench {
    return this.test.bench;
  }

  /** Brings the tree and its feeds, and chooses the packages. */
  async prepare(): Promise<void> {
    for (const stage of [sourceStage, feedsStage, configureStage]) await this.test.run(stage);
  }

  /** What the log of a stage holds. */
  log(stage: string): string {
    return readFileSync(`${this.bench.layout.logs}/${stage}.log`, 'utf8');
  }

  /** The commands that ran in the tree, as the log of a stage has them, without quotes. */
  commands(stage: string): string[] {
    return this.log(stage)
      .split('\n')
      .flatMap((line) => (line.startsWith('$ ') ? [line.slice(2).replaceAll("'", '')] : []));
  }

  remove(): void {
    this.tree.remove();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
