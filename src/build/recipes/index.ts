import { Failure } from '../../core/failure.js';
import type { Recipe } from '../recipe.js';
import { embedded } from './embedded.js';

/** The recipes that come with otb. */
export const recipes: readonly Recipe[] = [embedded];

/** The recipe of that name; a Failure that lists the names otherwise. */
export function findRecipe(name: string): Recipe {
  const found = recipes.find((recipe) => recipe.name === name);
  if (found) return found;
  throw new Failure(`there is no recipe "${name}"`, {
    code: 'usage',
    hint: `Known recipes: ${recipes.map((recipe) => recipe.name).join(', ')}.`,
  });
}
