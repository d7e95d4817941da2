import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Tree, fixtureFeed } from '../fixtures/embedded-tree/tree.js';
import { startOtb, type OtbOptions, type OtbRun, type StartedOtb } from './otb.js';

const target = fileURLToPath(new URL('../fixtures/embedded-tree/target', import.meta.url));

/** What a recipe of a {@link SmallBuild} says beside its tree. */
export interface SmallRecipe {
  packages: readonly string[];
  /** More of the recipe, as its file has it. */
  more?: Readonly<Record<string, unknown>>;
  /** What `otb.yaml` says of the build; without it, the recipe is built by its own path. */
  settings?: Readonly<Record<string, unknown>>;
}

/** A recipe of a user's own, over a tree so small that `otb build` goes from its source to its images in seconds. */
export class SmallBuild {
  readonly tree = new Tree();
  readonly directory = realpathSync(mkdtempSync(join(tmpdir(), 'otb-small-')));
  readonly work = join(this.directory, 'build');
  readonly recipe = join(this.directory, 'small.yaml');

  readonly #named: readonly string[];

  constructor({ packages, more = {}, settings }: SmallRecipe) {
    cpSync(target, join(this.tree.path, 'target'), { recursive: true });
    this.write('files/sbin/init', '#!/bin/sh\n');
    const recipe = {
      name: 'small',
      summary: 'A tree to test with',
      source: { kind: 'tree', path: this.tree.path },
      feeds: [{ type: 'src-link', name: 'faulty', location: fixtureFeed('faulty') }],
      treeFeeds: false,
      asRoot: true,
      installs: [['-a']],
      files: 'files',
      packages,
      ...more,
    };
    writeFileSync(this.recipe, JSON.stringify(recipe));
    // JSON is YAML, too.
    const file = { version: 1, build: { recipe: './small.yaml', directory: this.work, ...settings } };
    if (settings) this.write('otb.yaml', JSON.stringify(file));
    this.#named = settings ? ['--config', join(this.directory, 'otb.yaml')] : [this.recipe, '--work', this.work];
  }

  /** Where the recipe's build lies. */
  get root(): string {
    return join(this.work, 'small');
  }

  /** Changes what its file says. */
  change(more: Readonly<Record<string, unknown>>): void {
    const recipe = JSON.parse(readFileSync(this.recipe, 'utf8')) as object;
    writeFileSync(this.recipe, JSON.stringify({ ...recipe, ...more }));
  }

  /** The words of `otb build small.yaml WORDS`. */
  command(words: readonly string[] = []): string[] {
    return ['build', ...this.#named, ...words];
  }

  /** Runs it to its end. Caches of git are the build's own. */
  build(words: readonly string[] = [], options: OtbOptions = {}): Promise<OtbRun> {
    return this.start(words, options).ended;
  }

  /** Starts it. */
  start(words: readonly string[] = [], { env, ...options }: OtbOptions = {}): StartedOtb {
    return startOtb(this.command(words), {
      ...options,
      env: { XDG_CACHE_HOME: join(this.directory, 'cache'), ...env },
    });
  }

  /** Writes a file beside the recipe. */
  write(path: string, text: string): void {
    const full = join(this.directory, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }

  remove(): void {
    this.tree.remove();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
