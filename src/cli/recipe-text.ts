import { existsSync } from 'node:fs';
import { stringify } from 'yaml';
import type { FeedLine, Recipe, Source } from '../build/recipe.js';
import { recipes } from '../build/recipes/index.js';
import type { CommandResult } from './command.js';
import { home } from './home.js';

/** `otb build --list`. */
export function listRecipes(): CommandResult {
  return {
    text: recipes.map(({ name, summary }) => `${name.padEnd(16)} ${summary}`).join('\n'),
    json: { recipes: recipes.map(({ name, summary }) => ({ name, summary })) },
  };
}

const ofHome = (path: string) => (path.startsWith('/') ? path : `${home}/${path}`);

function sourceOf(source: Source): Source {
  return source.kind === 'tree' ? { ...source, path: ofHome(source.path) } : source;
}

function feedOf(feed: FeedLine): FeedLine {
  const isLocal = feed.type === 'src-link' || feed.type === 'src-cpy';
  return isLocal ? { ...feed, location: ofHome(feed.location) } : feed;
}

/** A recipe as a document that could stand in a file of the user's own: every path is absolute. */
export function recipeDocument(recipe: Recipe): Record<string, unknown> {
  const patches = recipe.patches ?? `${home}/patches/${recipe.name}`;
  const whole = {
    ...recipe,
    source: sourceOf(recipe.source),
    feeds: recipe.feeds.map(feedOf),
    patches: existsSync(patches) ? patches : undefined,
  };
  // What is undefined is left out: JSON knows no such value.
  return JSON.parse(JSON.stringify(whole)) as Record<string, unknown>;
}

/** `otb build NAME --show`. */
export function showRecipe(recipe: Recipe): CommandResult {
  const document = recipeDocument(recipe);
  return { text: stringify(document, { lineWidth: 0 }).trimEnd(), json: { recipe: document } };
}
