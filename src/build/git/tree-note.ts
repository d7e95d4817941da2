import type { TreeFiles } from '../../effects/tree-files.js';

/** What otb remembers about a work tree it made, in `.git/otb.json` of it. */
export interface TreeNote {
  /** The address it came from. */
  url: string;
  /** The commit of the source. */
  base: string;
  /** Where otb left HEAD: `base`, or the last patch on top of it. */
  head: string;
  /** Names the patches between `base` and `head`; empty when there are none. */
  patches: string;
  /** True while otb moves the tree: whoever finds it so finishes the work, and has nothing of the user's to lose. */
  isMoving: boolean;
}

const path = (tree: string) => `${tree}/.git/otb.json`;

function isNote(value: unknown): value is TreeNote {
  if (typeof value !== 'object' || value === null) return false;
  const { url, base, head, patches, isMoving } = value as Record<string, unknown>;
  return [url, base, head, patches].every((text) => typeof text === 'string') && typeof isMoving === 'boolean';
}

/** The note of a tree; undefined when otb has not made it, or its note is not whole. */
export async function readNote(files: TreeFiles, tree: string): Promise<TreeNote | undefined> {
  try {
    const value: unknown = JSON.parse((await files.readText(path(tree))) ?? 'null');
    return isNote(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Replaces the note of a tree. */
export async function writeNote(files: TreeFiles, tree: string, note: TreeNote): Promise<void> {
  await files.writeText(path(tree), `${JSON.stringify(note, null, 2)}\n`);
}
