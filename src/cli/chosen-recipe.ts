import { dirname, resolve } from 'node:path';
import type { Recipe } from '../build/recipe.js';
import { findRecipe } from '../build/recipes/index.js';
import type { Config } from '../config/config.js';
import { loadConfig } from './load-config.js';
import type { CommandContext } from './command.js';

/** What is to be built, and how the configuration wants it built. */
export interface ChosenRecipe {
  recipe: Recipe;
  /** The directory that holds work trees; undefined when nothing says which. */
  work?: string;
  jobs?: number;
}

/** The settings of `build` that the file may hold and no stage reads yet, as far as they were given. */
function unreadSettings({ build }: Config): string[] {
  const { source, feeds, downloads } = build;
  const given: Record<string, boolean> = {
    source: source.url !== undefined || source.commit !== undefined,
    feeds: Object.keys(feeds).length > 0,
    rewrites: build.rewrites.length > 0,
    'downloads.mirrors': downloads.mirrors.length > 0,
    'downloads.directory': downloads.directory !== undefined,
    remedies: build.remedies.length > 0,
    toolchain: build.toolchain !== undefined,
    kernelTree: build.kernelTree !== undefined,
    environment: Object.keys(build.environment).length > 0,
    signingKey: build.signingKey !== undefined,
    output: build.output !== 'images',
  };
  return Object.keys(given).filter((name) => given[name]);
}

/** Nothing that was asked for is left out without a word. */
function warnOfUnread(config: Config, { emit, options }: CommandContext): void {
  for (const name of unreadSettings(config)) {
    emit({
      type: 'warning',
      message: `${options.config}: build.${name} has no effect`,
      hint: 'this version of otb does not read it yet',
    });
  }
}

/** The recipe of that name as it is; without a name, the one of `otb.yaml` with its packages and `.config` lines. */
export async function chooseRecipe(context: CommandContext, name: string | undefined): Promise<ChosenRecipe> {
  if (name !== undefined) return { recipe: findRecipe(name) };
  const config = await loadConfig(context.options.config);
  const { build } = config;
  const recipe = findRecipe(build.recipe);
  warnOfUnread(config, context);
  return {
    recipe: {
      ...recipe,
      config: [...recipe.config, ...build.kconfig],
      packages: [...recipe.packages, ...build.packages],
      ...(build.files !== undefined && { files: resolve(dirname(context.options.config), build.files) }),
    },
    work: build.directory,
    ...(build.jobs !== 'auto' && { jobs: build.jobs }),
  };
}
