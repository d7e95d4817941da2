import { dirname, resolve } from 'node:path';
import type { FeedPlace } from '../build/feeds.js';
import { commitsOf, noPins, recipePins, type Pins } from '../build/pins.js';
import { remedyOf, type Remedy } from '../build/remedies/remedy.js';
import { neededConfig } from '../build/recipe-needs.js';
import type { Downloads, Recipe, Source } from '../build/recipe.js';
import type { Config } from '../config/config.js';
import { isLocalPath } from '../core/git-address.js';
import type { SecretPlace } from '../effects/read-secret.js';
import type { CommandContext } from './command.js';
import { loadConfig } from './load-config.js';
import { loadRecipe } from './recipe-file.js';
import { feedPlaceAt, sourceAt } from './recipe-places.js';

/** What is to be built, and how the configuration wants it built. */
export interface ChosenRecipe {
  recipe: Recipe;
  /** Other places for feeds, by name. */
  places: Readonly<Record<string, FeedPlace>>;
  /** The commits to take; the recipe's, or none with `--unpinned`. */
  pins: Readonly<Pins>;
  /** The directory that holds work trees; undefined when nothing says which. */
  work?: string;
  jobs?: number;
  /** What the file says that is no part of a recipe; undefined when a recipe was named. */
  settings?: BuildSettings;
}

/** How `otb.yaml` has its recipe built. */
export interface BuildSettings {
  /** The path of the file. */
  file: string;
  remedies: readonly Remedy[];
  /** How long a program may be silent, in milliseconds. */
  silenceMs: number;
  /** Where the images are put: absolute. */
  images: string;
  signingKey?: SecretPlace;
}

function settingsOf({ build }: Config, file: string): BuildSettings {
  return {
    file,
    remedies: build.remedies.map(remedyOf),
    silenceMs: build.silence,
    images: resolve(dirname(file), build.output),
    ...(build.signingKey && { signingKey: build.signingKey }),
  };
}

function sourceOf({ build: { source } }: Config, recipe: Recipe, rebase: (address: string) => string): Source {
  if (source.url === undefined && source.commit === undefined) return recipe.source;
  const moved = source.url === undefined ? recipe.source : sourceAt(rebase(source.url), recipe, 'build.source.url');
  return moved.kind === 'git' && source.commit !== undefined ? { ...moved, commit: source.commit } : moved;
}

/** Downloads of the recipe, with what the file says on top. The file's own numbers are defaults for make, too. */
function downloadsOf({ build: { downloads } }: Config, recipe: Recipe, rebase: (path: string) => string): Downloads {
  return {
    ...recipe.downloads,
    mirrors: [...downloads.mirrors.map(rebase), ...(recipe.downloads?.mirrors ?? [])],
    ...(downloads.directory !== undefined && { directory: rebase(downloads.directory) }),
    retries: recipe.downloads?.retries ?? downloads.retries,
    timeoutSeconds: recipe.downloads?.timeoutSeconds ?? Math.max(1, Math.round(downloads.timeout / 1000)),
  };
}

/** The recipe with what `otb.yaml` says about it. */
function withConfig(recipe: Recipe, config: Config, file: string): Recipe {
  const { build } = config;
  const inFile = (path: string) => resolve(dirname(file), path);
  const rebase = (address: string) => (isLocalPath(address) ? inFile(address) : address);
  return {
    ...recipe,
    source: sourceOf(config, recipe, rebase),
    config: [...recipe.config, ...build.kconfig],
    packages: [...recipe.packages, ...build.packages],
    rewrites: [...(recipe.rewrites ?? []), ...build.rewrites.map(({ from, to }) => ({ from, to: rebase(to) }))],
    downloads: downloadsOf(config, recipe, rebase),
    environment: { ...recipe.environment, ...build.environment },
    ...(build.files !== undefined && { files: inFile(build.files) }),
    ...(build.toolchain !== undefined && { toolchain: inFile(build.toolchain) }),
    ...(build.kernelTree !== undefined && { kernelTree: inFile(build.kernelTree) }),
  };
}

function placesOf({ build: { feeds } }: Config, file: string): Record<string, FeedPlace> {
  const places = Object.entries(feeds).flatMap(([name, { url, commit }]) => {
    if (url === undefined) return [];
    const [, place] = feedPlaceAt(`${name}=${isLocalPath(url) ? resolve(dirname(file), url) : url}`, 'build.feeds');
    return [[name, { ...place, ...(commit !== undefined && { commit }) }] as const];
  });
  return Object.fromEntries(places);
}

type Options = Readonly<Record<string, unknown>>;

/** The last word is the command line's: `--source`, `--feed`, `--unpinned`. */
function withOptions(
  chosen: Omit<ChosenRecipe, 'pins'>,
  options: Options,
  filePins: Record<string, string> = {},
): ChosenRecipe {
  const { source, feed = [], unpinned } = options as { source?: string; feed?: string[]; unpinned?: boolean };
  const moved = source === undefined ? chosen.recipe : { ...chosen.recipe, source: sourceAt(source, chosen.recipe) };
  const recipe = { ...moved, config: [...moved.config, ...neededConfig(moved)] };
  const own = recipePins(recipe);
  return {
    ...chosen,
    recipe,
    places: { ...chosen.places, ...Object.fromEntries(feed.map((word) => feedPlaceAt(word))) },
    pins: unpinned === true ? noPins : { ...own, feeds: { ...own.feeds, ...filePins } },
  };
}

/** The recipe of that name or file as it is; without a name, the one of `otb.yaml` with what stands there about it. */
export async function chooseRecipe(
  context: CommandContext,
  name: string | undefined,
  options: Options,
): Promise<ChosenRecipe> {
  if (name !== undefined) return withOptions({ recipe: await loadRecipe(name), places: {} }, options);
  const file = context.options.config;
  const config = await loadConfig(file);
  const { build } = config;
  const named =
    build.recipe.includes('/') || /\.ya?ml$/.test(build.recipe) ? resolve(dirname(file), build.recipe) : build.recipe;
  const chosen = {
    recipe: withConfig(await loadRecipe(named), config, file),
    places: placesOf(config, file),
    work: build.directory,
    settings: settingsOf(config, file),
    ...(build.jobs !== 'auto' && { jobs: build.jobs }),
  };
  return withOptions(chosen, options, commitsOf(build.feeds));
}
