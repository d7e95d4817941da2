import { Failure } from '../core/failure.js';

/** Where a build keeps what. All absolute. */
export interface Layout {
  /** Holds everything of one recipe. */
  root: string;
  /** The build tree that make runs in. */
  tree: string;
  /** otb's own logs: one a stage that runs a foreign program. */
  logs: string;
  /** The collected artifacts. */
  images: string;
}

/** Directories of a recipe below the work directory. OpenWrt's make refuses a path with white space, so this does. */
export function layoutOf(workDirectory: string, recipe: string): Layout {
  if (/\s/.test(workDirectory)) {
    throw new Failure(`the work directory "${workDirectory}" has white space in its path`, {
      code: 'usage',
      hint: 'make cannot work there: choose another one with --work.',
    });
  }
  const root = `${workDirectory}/${recipe}`;
  return { root, tree: `${root}/tree`, logs: `${root}/logs`, images: `${root}/images` };
}
