import { dirname, resolve } from 'node:path';
import { findRecipe, isRecipePath } from '../build/recipes/index.js';
import type { FeedLine, Recipe, Source } from '../build/recipe.js';
import { parseRecipe } from '../config/parse-recipe.js';
import type { ParsedRecipe } from '../config/schema/recipe.js';
import { Failure } from '../core/failure.js';
import { isLocalPath } from '../core/git-address.js';
import { readTextFile } from '../effects/files.js';
import { problemsFailure } from './load-config.js';

/** No recipe is larger; a file that is was named by mistake. */
const largestRecipe = 256 * 1024;

/** Makes the paths of a recipe absolute: what is relative is relative to the recipe's own file. */
class Rebase {
  readonly #directory: string;

  constructor(file: string) {
    this.#directory = dirname(resolve(file));
  }

  readonly path = (path: string): string => resolve(this.#directory, path);

  readonly address = (address: string): string => (isLocalPath(address) ? this.path(address) : address);

  source(source: ParsedRecipe['source']): Source {
    if (source.kind === 'tree') return { ...source, path: this.path(source.path) };
    return { ...source, url: this.address(source.url), mirrors: source.mirrors?.map(this.address) };
  }

  feed(feed: ParsedRecipe['feeds'][number]): FeedLine {
    const isGit = feed.type === 'src-git' || feed.type === 'src-git-full';
    const location = isGit ? this.address(feed.location) : this.path(feed.location);
    return { ...feed, location, mirrors: feed.mirrors?.map(this.address) };
  }

  optional(path: string | undefined): string | undefined {
    return path === undefined ? undefined : this.path(path);
  }
}

function rebased(recipe: ParsedRecipe, file: string): Recipe {
  const rebase = new Rebase(file);
  const { downloads, patches, files, toolchain, kernelTree, rewrites } = recipe;
  return {
    ...recipe,
    source: rebase.source(recipe.source),
    feeds: recipe.feeds.map((feed) => rebase.feed(feed)),
    // Without a directory of its own, a recipe of the same name as one of otb's would get that one's patches.
    patches: rebase.path(patches ?? 'patches'),
    files: rebase.optional(files),
    toolchain: rebase.optional(toolchain),
    kernelTree: rebase.optional(kernelTree),
    rewrites: rewrites?.map(({ from, to }) => ({ from, to: rebase.address(to) })),
    downloads: downloads && { ...downloads, directory: rebase.optional(downloads.directory) },
  };
}

/**
 * A recipe by the name of one of otb's, or out of a file.
 *
 * @throws {@link Failure} that tells every problem of the file at once
 */
export async function loadRecipe(name: string): Promise<Recipe> {
  if (!isRecipePath(name)) return findRecipe(name);
  const text = await readTextFile(name, { limit: largestRecipe }).catch((error: unknown) => {
    const isMissing = error instanceof Failure && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
    if (!isMissing) throw error;
    throw new Failure(`there is no recipe ${name}`, {
      code: 'usage',
      hint: '`otb build --list` names those that come with otb.',
      cause: error.cause,
    });
  });
  const { value, problems } = parseRecipe(text, name);
  if (value) return rebased(value, name);
  throw problemsFailure(name, problems);
}
