import type { Step } from '../../steps/step.js';
import type { Workbench } from '../workbench.js';

/** Brings the build tree: copies what changed, leaves what make made. */
export function sourceStage({ files, home, layout, recipe }: Workbench): Step {
  return {
    name: 'source',
    title: 'Bring the build tree',
    async run() {
      const { copied, removed, unchanged } = await files.copyTree(`${home}/${recipe.source.path}`, layout.tree);
      if (recipe.files !== undefined) await files.copyTree(recipe.files, `${layout.tree}/files`);
      return copied + removed === 0 ? `${unchanged} files, unchanged` : `${copied} files copied, ${removed} removed`;
    },
  };
}
