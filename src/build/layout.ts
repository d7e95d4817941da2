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
  /** Which stages are done. */
  journal: string;
  /** The lock of the directory: one build at a time. */
  lock: string;
  /** Says that otb has made the directory, and may empty it. */
  marker: string;
}

/** What a build makes in its root beside the images; `--clean` removes it. */
export const remade: readonly string[] = ['tree', 'logs', 'journal.json', 'demo'];

/**
 * Directories of a recipe below the work directory. OpenWrt's make refuses a path with white space, so this does.
 *
 * @param images where the artifacts go instead
 */
export function layoutOf(workDirectory: string, recipe: string, images?: string): Layout {
  if (/\s/.test(workDirectory)) {
    throw new Failure(`the work directory "${workDirectory}" has white space in its path`, {
      code: 'usage',
      hint: 'make cannot work there: choose another one with --work.',
    });
  }
  const root = `${workDirectory}/${recipe}`;
  return { root, tree: `${root}/tree`, logs: `${root}/logs`, images: images ?? `${root}/images`, journal: `${root}/journal.json`, lock: `${root}/lock`, marker: `${root}/.otb` };
}
