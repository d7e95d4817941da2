import { describe, expect, it } from 'vitest';
import { Speed } from '../../../src/steps/speed.js';

describe('how fast something goes', () => {
  it('is not known at first', () => {
    expect(new Speed().mark(0, 0)).toBeUndefined();
  });

  it('is that of the last two seconds', () => {
    const speed = new Speed();
    for (let at = 0; at <= 10_000; at += 100) speed.mark(at, at);
    let last: number | undefined;
    for (let at = 10_100; at <= 13_000; at += 100) last = speed.mark(at, 10_000 + (at - 10_000) * 5);
    expect(last).toBeCloseTo(5000, -2);
  });
});
