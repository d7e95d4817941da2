import { describe, expect, it } from 'vitest';
import { progressBar, progressText, timeLeft } from '../../../src/report/progress-text.js';

const progress = (done: number, total: number | undefined, unit: string) =>
  progressText({ type: 'stage-progress', stage: 's', done, unit, ...(total !== undefined && { total }) });

it('counts things and bytes, with and without a total', () => {
  expect(progress(120, 260, 'packages')).toBe('120/260 packages');
  expect(progress(120, undefined, 'packages')).toBe('120 packages');
  expect(progress(1536, 10 * 1024 ** 2, 'B')).toBe('1.50 KiB/10.0 MiB');
});

it.each([
  [0, 10, '[----------]'],
  [5, 10, '[#####-----]'],
  [10, 10, '[##########]'],
  [15, 10, '[##########]'],
  [-1, 10, '[----------]'],
  [0, 0, '[----------]'],
])('%d of %d: %s', (done, total, bar) => {
  expect(progressBar(done, total, 10)).toBe(bar);
});

describe('the time that is left', () => {
  it('follows from the pace so far', () => {
    expect(timeLeft(25, 100, 10_000)).toBe('30 s');
  });

  it.each([
    [0, 100, 10_000],
    [100, 100, 10_000],
    [50, undefined, 10_000],
    [50, 100, 500],
  ])('is not told for %s of %s after %d ms', (done, total, elapsedMs) => {
    expect(timeLeft(done, total, elapsedMs)).toBeUndefined();
  });
});
