import { Failure } from '../core/failure.js';
import type { Step } from '../steps/step.js';
import { checkStage } from './stages/check.js';
import { collectStage, type CollectHelp } from './stages/collect.js';
import { compileStage } from './stages/compile.js';
import { configureStage } from './stages/configure.js';
import { downloadStage } from './stages/download.js';
import { feedsStage } from './stages/feeds.js';
import { patchStage } from './stages/patch.js';
import { sourceStage } from './stages/source.js';
import type { Workbench } from './workbench.js';

/** The stages of a build, in order. */
export const stageNames = ['check', 'source', 'patch', 'feeds', 'configure', 'download', 'compile', 'collect'] as const;

/** One of {@link stageNames}. */
export type StageName = (typeof stageNames)[number];

/** The first and the last stage to run. */
export interface StageRange {
  from: StageName;
  until: StageName;
}

/** Reads `--from` and `--until`; unknown names and an empty range are usage errors. */
export function parseRange(from: string = stageNames[0], until = 'collect'): StageRange {
  const [first, last] = [from, until].map((word) => {
    const found = stageNames.find((name) => name === word);
    if (found) return found;
    throw new Failure(`there is no stage "${word}"`, { code: 'usage', hint: `The stages: ${stageNames.join(', ')}.` });
  });
  if (first === undefined || last === undefined || stageNames.indexOf(first) > stageNames.indexOf(last)) {
    throw new Failure(`the stage "${from}" comes after "${until}"`, { code: 'usage', hint: `The order: ${stageNames.join(', ')}.` });
  }
  return { from: first, until: last };
}

/** What the pipeline takes from outside the build's own room. */
export interface PipelineHelp extends CollectHelp {
  /** Looks whether this machine can build. */
  check: () => Promise<string | undefined>;
}

/** A build that begins in the middle needs what the stages before it have made. */
function withTree(step: Step, { files, layout, prove }: Workbench): Step {
  const proveTree = async () => {
    if ((await files.readText(`${layout.tree}/rules.mk`)) !== undefined) return;
    throw new Failure(`there is no build tree at ${layout.tree} to begin with "${step.name}" in`, {
      code: 'usage',
      hint: 'Run the build without --from first, or name its work directory with --work.',
    });
  };
  return {
    ...step,
    run: async (voice) => {
      await prove(proveTree);
      return step.run(voice);
    },
  };
}

/** The whole build as steps: check, source, patch, feeds, configure, download, compile, collect. */
export function buildSteps(bench: Workbench, help: PipelineHelp, { from, until }: StageRange): Step[] {
  const steps: Record<StageName, Step> = {
    check: checkStage(help.check),
    source: sourceStage(bench),
    patch: patchStage(bench),
    feeds: feedsStage(bench),
    configure: configureStage(bench),
    download: downloadStage(bench),
    compile: compileStage(bench),
    collect: collectStage(bench, help),
  };
  if (stageNames.indexOf(from) > stageNames.indexOf('source')) steps[from] = withTree(steps[from], bench);
  return stageNames.slice(stageNames.indexOf(from), stageNames.indexOf(until) + 1).map((name) => steps[name]);
}
