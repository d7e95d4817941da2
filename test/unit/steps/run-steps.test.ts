import { describe, expect, it } from 'vitest';
import { Failure, Interrupted } from '../../../src/core/failure.js';
import type { Event } from '../../../src/report/events.js';
import { runSteps } from '../../../src/steps/run-steps.js';
import type { Step } from '../../../src/steps/step.js';

function stage() {
  const calls: string[] = [];
  const events: Event[] = [];
  const controller = new AbortController();
  const step = (name: string, part: Partial<Step> = {}): Step => ({
    name,
    title: `Step ${name}`,
    run: () => {
      calls.push(`run ${name}`);
      return Promise.resolve(undefined);
    },
    undo: () => {
      calls.push(`undo ${name}`);
      return Promise.resolve();
    },
    ...part,
  });
  const context = { emit: (event: Event) => events.push(event), signal: controller.signal, now: () => 0 };
  return { calls, events, controller, step, context };
}

const broken = new Failure('it broke', { code: 'build', lines: ['last line'] });
const fail = () => Promise.reject(broken);

describe('running steps', () => {
  it('runs them in order, and says so', async () => {
    const { calls, events, step, context } = stage();
    await runSteps([step('a'), step('b', { run: () => Promise.resolve('3 files') })], context);
    expect(calls).toEqual(['run a']);
    expect(events).toEqual([
      {
        type: 'stages-planned',
        stages: [
          { stage: 'a', title: 'Step a' },
          { stage: 'b', title: 'Step b' },
        ],
      },
      { type: 'stage-started', stage: 'a', title: 'Step a' },
      { type: 'stage-finished', stage: 'a', result: 'done', elapsedMs: 0 },
      { type: 'stage-started', stage: 'b', title: 'Step b' },
      { type: 'stage-finished', stage: 'b', result: 'done', elapsedMs: 0, note: '3 files' },
    ]);
  });

  it('leaves alone what is done already', async () => {
    const { calls, events, step, context } = stage();
    await runSteps([step('a', { done: () => Promise.resolve('it is there') })], context);
    expect(calls).toEqual([]);
    expect(events.at(-1)).toMatchObject({ result: 'already-done', note: 'it is there' });
  });

  it('reports a dry run as a preview', async () => {
    const { events, step, context } = stage();
    await runSteps([step('a')], { ...context, dryRun: true });
    expect(events.at(-1)).toMatchObject({ result: 'previewed' });
  });

  it('hands lines and progress on under the name of the stage', async () => {
    const { events, step, context } = stage();
    const talk = step('a', {
      run: (voice) => {
        voice.line('hello');
        voice.progress(1, 2, 'files');
        voice.progress(2, undefined, 'B');
        return Promise.resolve(undefined);
      },
    });
    await runSteps([talk], context);
    expect(events.slice(2, 5)).toEqual([
      { type: 'stage-output', stage: 'a', line: 'hello' },
      { type: 'stage-progress', stage: 'a', done: 1, total: 2, unit: 'files' },
      { type: 'stage-progress', stage: 'a', done: 2, unit: 'B' },
    ]);
  });
});

describe('when a step fails', () => {
  it('undoes it and those before it, the last first, and throws its failure', async () => {
    const { calls, events, step, context } = stage();
    const steps = [step('a'), step('b'), step('c', { run: fail }), step('d')];
    await expect(runSteps(steps, context)).rejects.toBe(broken);
    expect(calls).toEqual(['run a', 'run b', 'undo c', 'undo b', 'undo a']);
    expect(events.at(-1)).toEqual({
      type: 'stage-failed',
      stage: 'c',
      message: 'it broke',
      elapsedMs: 0,
      lines: ['last line'],
    });
  });

  it('does not undo what was found done', async () => {
    const { calls, step, context } = stage();
    const steps = [step('a', { done: () => Promise.resolve('there') }), step('b', { run: fail })];
    await expect(runSteps(steps, context)).rejects.toBe(broken);
    expect(calls).toEqual(['undo b']);
  });

  it('does not undo what never began', async () => {
    const { calls, step, context } = stage();
    await expect(runSteps([step('a', { done: fail })], context)).rejects.toBe(broken);
    expect(calls).toEqual([]);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('no way back'))],
    [
      'throws',
      () => {
        throw new Error('no way back');
      },
    ],
  ])('warns of an undo that %s, and undoes the rest', async (_how, undo) => {
    const { calls, events, step, context } = stage();
    const steps = [step('a'), step('b', { undo }), step('c', { run: fail })];
    await expect(runSteps(steps, context)).rejects.toBe(broken);
    expect(calls).toEqual(['run a', 'run b', 'undo c', 'undo a']);
    expect(events).toContainEqual({ type: 'warning', message: 'Step b could not be undone: no way back' });
  });

  it('stops between steps when it is to stop', async () => {
    const { calls, controller, step, context } = stage();
    const stop = new Interrupted('SIGINT');
    const steps = [
      step('a', {
        run: () => {
          controller.abort(stop);
          return Promise.resolve(undefined);
        },
      }),
      step('b'),
    ];
    await expect(runSteps(steps, context)).rejects.toBe(stop);
    expect(calls).toEqual(['undo a']);
  });
});
