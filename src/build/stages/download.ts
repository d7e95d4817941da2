import type { Step } from '../../steps/step.js';
import { beginLog, mustRunInTree, type Workbench } from '../workbench.js';

/** Fetches every source before anything is compiled, so that a missing one is known early and the rest works offline. */
export function downloadStage(bench: Workbench): Step {
  return {
    name: 'download',
    title: 'Download sources',
    async run(voice) {
      await beginLog(bench, 'download');
      await mustRunInTree(bench, 'download', ['make', 'download', `-j${bench.jobs}`], voice);
      return undefined;
    },
  };
}
