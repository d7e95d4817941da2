import { Failure } from '../../core/failure.js';
import type { Recipe } from '../recipe.js';
import { embedded } from './embedded.js';
import { openwrt } from './openwrt.js';
import { overthebox } from './overthebox.js';
import { overthebox2016 } from './overthebox-2016.js';

/** The recipes that come with otb. */
export const recipes: readonly Recipe[] = [embedded, openwrt, overthebox, overthebox2016];

/** True for what names a recipe of the user's own: a path. */
export function isRecipePath(name: string): boolean {
  return /\/|\.ya?ml$/.test(name);
}

/** The recipe of that name; a Failure that lists the names otherwise. */
export function findRecipe(name: string): Recipe {
  const found = recipes.find((recipe) => recipe.name === name);
  if (found) return found;
  throw new Failure(`there is no recipe "${name}"`, {
    code: 'usage',
    hint: `Known recipes: ${recipes.map((recipe) => recipe.name).join(', ')}; or the path of your own, as ./my-recipe.yaml.`,
  });
}
