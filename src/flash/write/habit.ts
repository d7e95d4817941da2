const remembered = 16;
const probeEvery = 32;

/**
 * Whether it pays to read a disk before writing to it, learned on the way: it does while what is read is mostly what
 * was going to be written. After a run of misses it is tried again once in a while, so that a part of a disk that is
 * old does not decide about the rest.
 */
export class Habit {
  readonly #seen: boolean[];
  #since = 0;

  /** @param isHopeful what to begin with */
  constructor(isHopeful: boolean) {
    this.#seen = isHopeful ? [true, true] : Array.from({ length: remembered }, () => false);
  }

  /** True when the next one should be read first. */
  shouldLook(): boolean {
    const hits = this.#seen.filter(Boolean).length;
    if (hits * 4 >= this.#seen.length) return true;
    this.#since += 1;
    return this.#since % probeEvery === 0;
  }

  /** What came of it. */
  saw(isSame: boolean): void {
    // A hit among misses is worth more than its share: what follows is probably the same, too.
    this.#seen.push(...(isSame ? [true, true, true, true] : [false]));
    this.#seen.splice(0, Math.max(0, this.#seen.length - remembered));
  }
}
