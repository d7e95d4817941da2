import { packageLine } from './kconfig.js';
import type { Recipe } from './recipe.js';

/** The lines of `.config` that a recipe asks for, as the file that `make defconfig` completes. */
export function wishesOf({ config, packages }: Recipe): string {
  return [...config, ...packages.map(packageLine)].map((line) => `${line}\n`).join('');
}
