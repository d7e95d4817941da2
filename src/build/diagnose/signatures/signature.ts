import type { FindingKind, Retry } from '../finding.js';

/** What a signature's pattern captured: `subject`, and what else its message needs. */
export type Captured = Readonly<Record<string, string | undefined>>;

/**
 * How far a line goes as an explanation of a failed package: `machine` beats everything (a full disk fails whatever
 * runs), `exact` names one cause, `diagnostic` is what a compiler says, `hint` counts when there is nothing better.
 */
export type Weight = 'machine' | 'exact' | 'diagnostic' | 'hint';

/** A foreign tool's line that explains why something failed. It means nothing until something does fail. */
export interface Signature {
  kind: FindingKind;
  weight: Weight;
  /** Fixed texts, one of which stands in every line that `pattern` matches; `^` at the start is the line's start. */
  needles: readonly string[];
  /** Its groups by name; `subject` becomes the finding's. */
  pattern: RegExp;
  /** The sentence for people. */
  tell: (captured: Captured, following: readonly string[]) => string;
  retry: Retry;
  /** The thing that is missing may be another package's that was not ready: with parallel jobs that may be a race. */
  mayRace?: boolean;
  /** Lines behind it that belong to it, as long as they match. */
  follow?: RegExp;
}

/** A captured group, or what to say in its place. */
export function word(captured: Captured, name: string, otherwise = 'something'): string {
  return captured[name] ?? otherwise;
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
