import { Failure, messageOf } from '../core/failure.js';
import type { Emit, StageFinished } from '../report/events.js';
import { Speed } from './speed.js';
import type { Step, StepVoice } from './step.js';

/** What {@link runSteps} needs from outside. */
export interface StepsContext {
  emit: Emit;
  signal: AbortSignal;
  /** True under `--dry-run`: a finished step is then reported as previewed. */
  dryRun?: boolean;
  /** Milliseconds from an arbitrary start that never jump; `performance.now`. */
  now: () => number;
}

function voiceOf(step: Step, { emit, signal, now }: StepsContext): StepVoice {
  const speed = new Speed();
  return {
    line: (line) => {
      emit({ type: 'stage-output', stage: step.name, line });
    },
    progress: (done, total, unit) => {
      const rate = unit === 'B' ? speed.mark(now(), done) : undefined;
      emit({
        type: 'stage-progress',
        stage: step.name,
        done,
        unit,
        ...(total !== undefined && { total }),
        ...(rate !== undefined && { rate: Math.round(rate) }),
      });
    },
    signal,
  };
}

async function runOne(step: Step, context: StepsContext, begin: () => void): Promise<void> {
  const { emit, signal, now } = context;
  const begun = now();
  const finish = (result: StageFinished['result'], note: string | undefined) => {
    emit({
      type: 'stage-finished',
      stage: step.name,
      result,
      elapsedMs: now() - begun,
      ...(note !== undefined && { note }),
    });
  };
  emit({ type: 'stage-started', stage: step.name, title: step.title });
  try {
    signal.throwIfAborted();
    const reason = await step.done?.();
    if (reason !== undefined) {
      finish('already-done', reason);
      return;
    }
    begin();
    const note = await step.run(voiceOf(step, context));
    signal.throwIfAborted();
    finish(context.dryRun === true ? 'previewed' : 'done', note);
  } catch (error) {
    const lines = error instanceof Failure ? error.lines : [];
    emit({ type: 'stage-failed', stage: step.name, message: messageOf(error), elapsedMs: now() - begun, lines });
    throw error;
  }
}

/**
 * Runs steps in order. When one fails, it and the ones that ran before are undone in reverse order, then the failure
 * is thrown on; what was found done already is left alone. An undo that fails itself is reported as a warning and does
 * not hide the first failure.
 */
export async function runSteps(steps: readonly Step[], context: StepsContext): Promise<void> {
  const { emit } = context;
  emit({ type: 'stages-planned', stages: steps.map(({ name, title }) => ({ stage: name, title })) });
  const begun: Step[] = [];
  try {
    for (const step of steps) {
      await runOne(step, context, () => begun.unshift(step));
    }
  } catch (error) {
    for (const step of begun) {
      try {
        await step.undo?.();
      } catch (undoError) {
        emit({ type: 'warning', message: `${step.title} could not be undone: ${messageOf(undoError)}` });
      }
    }
    throw error;
  }
}
