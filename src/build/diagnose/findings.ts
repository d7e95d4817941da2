import type { Draft } from './explain.js';
import type { Finding } from './finding.js';

const mostKept = 100;

/** A stretch of the log: one command. */
export interface Section {
  /** The words of the command, where the log has them. */
  words: readonly string[];
  from: number;
  /** Several jobs ran at once. */
  isParallel: boolean;
  /** Make itself said that it failed, in this line. */
  gaveUp?: { line: number; text: string; target: string; how: string };
  hasErrors: boolean;
  /** Somebody ended it; what fails behind that is no failure of its own. */
  isInterrupted: boolean;
  /** It came to its good end, and nothing was begun since. */
  isComplete: boolean;
}

/** A section that begins. `make -j` without a number runs as many jobs as it likes. */
export function beginSection(words: readonly string[], from: number): Section {
  const jobs = words.join(' ').match(/\s-j ?(\d*)/);
  return { words, from, isParallel: jobs !== null && jobs[1] !== '1', hasErrors: false, isInterrupted: false, isComplete: false };
}

function keyOf({ kind, severity, package: path, part, variant, subject, line }: Finding): string {
  const named = path === undefined && subject === undefined ? String(line) : '';
  // A package fails once; a warning is the same for whichever package it is about.
  if (severity === 'error' && path !== undefined) return JSON.stringify([path, part, variant]);
  return JSON.stringify([kind, subject, named]);
}

/** What was found so far: bounded, and each thing once. */
export class Findings {
  readonly #entries = new Map<string, { draft: Draft; section: Section }>();
  #omitted = 0;

  /** A second run of the same package may say why, where the first did not (`make -j1 V=s` after `make`). */
  add(draft: Draft, section: Section): void {
    const key = keyOf(draft.finding);
    const before = this.#entries.get(key);
    if (draft.finding.severity === 'error') section.hasErrors = true;
    if (before && !(before.draft.finding.kind === 'unknown' && draft.finding.kind !== 'unknown')) return;
    if (!before && this.#count(draft.finding.severity) >= mostKept) {
      this.#omitted += 1;
      return;
    }
    this.#entries.set(key, { draft, section });
  }

  get omitted(): number {
    return this.#omitted;
  }

  /** Whether a package failed already since a line. */
  hasFailed(path: string, part: string | undefined, since: number): boolean {
    return this.#all.some(({ package: one, part: other, severity, line }) => severity === 'error' && one === path && other === part && line >= since);
  }

  /** All of them, errors first, each in the order of the lines. */
  list(): Finding[] {
    const all = [...this.#entries.values()].map(({ draft, section }): Finding => ({
      ...draft.finding,
      ...(draft.mayRace && section.isParallel && { retry: 'alone' as const }),
    }));
    const rank = ({ severity }: Finding) => (severity === 'error' ? 0 : 1);
    return all.sort((one, other) => rank(one) - rank(other) || one.line - other.line);
  }

  get #all(): Finding[] {
    return [...this.#entries.values()].map(({ draft }) => draft.finding);
  }

  #count(severity: Finding['severity']): number {
    return this.#all.filter((finding) => finding.severity === severity).length;
  }
}
