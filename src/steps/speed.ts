const windowMs = 2000;

/** How fast something goes, over the last two seconds: what counts for people is now, not the average. */
export class Speed {
  readonly #marks: { at: number; done: number }[] = [];

  /**
   * @param at milliseconds that never jump
   * @param done how much is done by then
   * @returns how much a second; undefined while there is nothing to compare with
   */
  mark(at: number, done: number): number | undefined {
    const last = this.#marks.at(-1);
    // Sent often: marks that are close together would only fill the memory.
    if (!last || at - last.at >= windowMs / 20) this.#marks.push({ at, done });
    while ((this.#marks[1]?.at ?? at) < at - windowMs) this.#marks.shift();
    const [first] = this.#marks;
    return first && at > first.at ? ((done - first.done) * 1000) / (at - first.at) : undefined;
  }
}
