import type { Cause } from './choose-cause.js';

/** What an excerpt is made of, in the order of the log. */
export interface ExcerptParts {
  cause: Cause | undefined;
  /** Lines before the failure, for one without a known cause. */
  before: readonly string[];
  chain: readonly string[];
  failure: string;
}

const longestLine = 240;
const mostEvidence = 4;
const mostLines = 12;

const noise = /^ make\[|^make(?:\[\d+\])?: (?:Entering|Leaving|Nothing)|^time: |^\s*$|^(?:touch|mkdir -p|rm -r?f) /;

/** What curl leaves of its progress in front of its complaint. */
const progress = /^[\s\d:.kMG-]+(?=curl: \()/;

/** A line as an excerpt shows it: compilers are called with command lines of many kilobytes. */
export function shorten(whole: string): string {
  const line = whole.replace(progress, '').trimEnd();
  return line.length <= longestLine ? line : `${line.slice(0, longestLine - 1)}…`;
}

/** The lines before a failure that may say why. */
function withoutNoise(lines: readonly string[]): string[] {
  return lines.filter((line) => !noise.test(line)).slice(-8);
}

/** The lines people are shown: the cause with what belongs to it, make's complaint, and the failure. */
export function excerptOf({ cause, before, chain, failure }: ExcerptParts): string[] {
  const evidence = (cause?.all ?? []).filter((one) => one === cause?.first || one.signature.kind === cause?.first.signature.kind);
  const shown = evidence.length <= mostEvidence ? evidence : [...evidence.slice(0, mostEvidence - 1), ...evidence.slice(-1)];
  const told = shown.flatMap(({ text, following }) => [text, ...following]).slice(0, mostLines - 2);
  return [...new Set([...withoutNoise(before), ...told, ...chain, failure].map((line) => shorten(line)))].slice(-mostLines);
}
