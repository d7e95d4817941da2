import { describe, expect, it } from 'vitest';
import { Habit } from '../../../../src/flash/write/habit.js';

/** How many of so many were looked at, when each look ends the same way. */
function looks(habit: Habit, count: number, isSame: boolean): number {
  let looked = 0;
  for (let turn = 0; turn < count; turn++) {
    if (!habit.shouldLook()) continue;
    looked += 1;
    habit.saw(isSame);
  }
  return looked;
}

describe('a habit of looking first', () => {
  it('is kept while it pays', () => {
    expect(looks(new Habit(true), 100, true)).toBe(100);
  });

  it('is given up when it does not, but for a try now and then', () => {
    expect(looks(new Habit(true), 320, false)).toBeLessThan(25);
    expect(looks(new Habit(false), 320, false)).toBe(10);
  });

  it('is taken up again as soon as it pays', () => {
    const habit = new Habit(false);
    looks(habit, 320, false);
    expect(looks(habit, 132, true)).toBeGreaterThan(99);
  });
});
