import { Failure } from '../core/failure.js';
import type { Step } from '../steps/step.js';
import type { Journal } from './journal.js';
import { dependenciesOf } from './stage-inputs.js';
import { resumable, type Stage } from './stage.js';
import { checkStage } from './stages/check.js';
import { collectStage, type CollectHelp } from './stages/collect.js';
import { compileStage } from './stages/compile.js';
import { configureStage } from './stages/configure.js';
import { downloadStage } from './stages/download.js';
import { feedsStage } from './stages/feeds.js';
import { patchStage } from './stages/patch.js';
import { sourceStage } from './stages/source.js';
import { hasTree, type Workbench } from './workbench.js';

/** The stages of a build, in order. */
export const stageNames = ['check', 'source', 'patch', 'feeds', 'configure', 'download', 'compile', 'collect'] as const;

/** One of {@link stageNames}. */
export type StageName = (typeof stageNames)[number];

/** The first and the last stage to run. */
export interface StageRange {
  from: StageName;
  until: StageName;
  /** Whether the first one was named: it, and all behind it, then run even when nothing has changed. */
  isForced: boolean;
  /** Whether the stages before the first must have been done from just what this build is made of. */
  isExact?: boolean;
}

/** Reads `--from` and `--until`; unknown names and an empty range are usage errors. */
export function parseRange(named?: string, until = 'collect'): StageRange {
  const from = named ?? stageNames[0];
  const [first, last] = [from, until].map((word) => {
    const found = stageNames.find((name) => name === word);
    if (found) return found;
    throw new Failure(`there is no stage "${word}"`, { code: 'usage', hint: `The stages: ${stageNames.join(', ')}.` });
  });
  if (first === undefined || last === undefined || stageNames.indexOf(first) > stageNames.indexOf(last)) {
    throw new Failure(`the stage "${from}" comes after "${until}"`, { code: 'usage', hint: `The order: ${stageNames.join(', ')}.` });
  }
  return { from: first, until: last, isForced: named !== undefined };
}

/** What the pipeline takes from outside the build's own room. */
export interface PipelineHelp extends CollectHelp {
  /** Looks whether this machine can build. */
  check: () => Promise<string | undefined>;
  journal: Journal;
  now: () => Date;
}

/** A build that begins in the middle needs what the stages before it have made. */
function withTree(step: Step, bench: Workbench): Step {
  const { layout, prove } = bench;
  const proveTree = async () => {
    if (await hasTree(bench)) return;
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

/** A build that begins in the middle, and is to be an exact one, takes over only what it would make itself. */
function withStagesBefore(step: Step, before: readonly Step[], { prove }: Workbench): Step {
  const proveDone = async () => {
    for (const stage of before) {
      if ((await stage.done?.()) !== undefined) continue;
      throw new Failure(`what the stage "${stage.name}" made is not what this build asks for`, {
        code: 'usage',
        hint: `Build without --from, or with --from ${stage.name}.`,
      });
    }
  };
  return {
    ...step,
    async done() {
      await prove(proveDone);
      return step.done?.();
    },
  };
}

/** Looking whether this machine can build is of use when something is going to be built. */
function checkFirst(check: Step, others: readonly Step[]): Step {
  return {
    ...check,
    async done() {
      for (const step of others) if ((await step.done?.()) === undefined) return undefined;
      return others.length === 0 ? undefined : 'nothing is going to be built';
    },
  };
}

function stagesOf(bench: Workbench, help: PipelineHelp): Stage[] {
  const dependencies = dependenciesOf(bench);
  return [
    { ...sourceStage(bench), ...dependencies.source },
    { ...patchStage(bench), ...dependencies.patch },
    { ...feedsStage(bench), ...dependencies.feeds },
    { ...configureStage(bench), ...dependencies.configure },
    { ...downloadStage(bench), ...dependencies.download },
    { ...compileStage(bench), ...dependencies.compile },
    collectStage(bench, help),
  ];
}

/**
 * The whole build as steps: check, source, patch, feeds, configure, download, compile, collect. A stage that was done
 * from the same things before is left out, unless the build is told to begin with it.
 */
export function buildSteps(bench: Workbench, help: PipelineHelp, { from, until, isForced, isExact }: StageRange): Step[] {
  const { journal, now } = help;
  const stages = resumable(stagesOf(bench, help), { journal, now, ...(isForced && { from: from === 'check' ? 'source' : from }) });
  const last = stageNames.indexOf(until);
  const begin = Math.max(0, stageNames.indexOf(from) - 1);
  const wanted = stages.slice(begin, last);
  const [first, ...others] = wanted;
  if (begin > 0 && first) {
    const exact = isExact === true ? withStagesBefore(first, stages.slice(0, begin), bench) : first;
    return [withTree(exact, bench), ...others];
  }
  return from === 'check' ? [checkFirst(checkStage(help.check), wanted), ...wanted] : wanted;
}
