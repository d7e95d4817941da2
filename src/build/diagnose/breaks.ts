import type { Break } from './make-lines.js';

/** A complaint of make, with the directory it left behind it. */
export interface SeenBreak extends Break {
  line: number;
  text: string;
  directory?: string;
  /** The lines before it. */
  before: readonly string[];
}

const mostKept = 200;

/** Make's complaints that no failure has claimed yet, oldest first. */
export class Breaks {
  #kept: SeenBreak[] = [];

  add(one: SeenBreak): void {
    this.#kept.push(one);
    if (this.#kept.length > mostKept) this.#kept.shift();
  }

  /** Make leaves the directory of its last complaint at that level. */
  leave(directory: string, level: number): void {
    const last = this.#kept.findLast((one) => one.level === level && one.directory === undefined);
    if (last) last.directory = directory;
  }

  /**
   * Takes the complaints that led to a failure, the innermost first: the last one in the package's own directory,
   * and those of the makes it had called.
   *
   * @param isOwn whether a directory is the package's; undefined where the log does not say which it was
   */
  claim(since: number, isOwn: (directory: string | undefined) => boolean): readonly SeenBreak[] {
    const outer = this.#kept.findLast((one) => one.line >= since && isOwn(one.directory));
    if (!outer) return [];
    const claimed = this.#kept.filter(
      (one) => one === outer || (one.line >= since && one.line < outer.line && one.level > outer.level),
    );
    this.#kept = this.#kept.filter((one) => !claimed.includes(one));
    return claimed;
  }

  /** Takes all of them. */
  claimAll(): readonly SeenBreak[] {
    const all = this.#kept;
    this.#kept = [];
    return all;
  }

  get all(): readonly SeenBreak[] {
    return this.#kept;
  }
}
