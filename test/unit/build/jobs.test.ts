import { describe, expect, it } from 'vitest';
import { planJobs } from '../../../src/build/jobs.js';

const gib = 2 ** 30;

describe('how many jobs a build runs', () => {
  it.each([
    [8, 32 * gib, 8],
    [8, 4.5 * gib, 4],
    [16, 0.3 * gib, 1],
    [1, 64 * gib, 1],
  ])('%i cores and %i bytes of memory: %i', (cores, availableBytes, jobs) => {
    expect(planJobs({ cores, availableBytes })).toBe(jobs);
  });

  it('counts what a job of the recipe needs', () => {
    expect(planJobs({ cores: 8, availableBytes: 8 * gib }, 2 * gib)).toBe(4);
  });
});
