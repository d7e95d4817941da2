/** Remembers when something was last said, so that it is said at most once per interval. */
export class Pace {
  #last: number | undefined;
  readonly #intervalMs: number;
  readonly #now: () => number;

  constructor(intervalMs: number, now: () => number) {
    this.#intervalMs = intervalMs;
    this.#now = now;
  }

  /** True at most once per interval; the first time only when an interval has passed since `start`. */
  isDue(): boolean {
    const time = this.#now();
    if (this.#last === undefined || time - this.#last >= this.#intervalMs) {
      this.#last = time;
      return true;
    }
    return false;
  }

  /** Begins an interval now. */
  start(): void {
    this.#last = this.#now();
  }
}
