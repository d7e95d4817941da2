import { knownRemedies } from '../remedies/known.js';
import { makeNeedles } from './make-lines.js';
import { noticeNeedles } from './notices.js';
import { signatures } from './signatures/index.js';

/**
 * So much of a needle is sought: its beginning sorts out nearly as many lines as the whole, and the automaton is a
 * third of the size.
 */
const soughtLength = 10;

/** Every fixed text that makes a line worth reading. All others are only counted. */
export const needles: readonly string[] = [
  ...new Set([
    ...[
      ...makeNeedles,
      ...noticeNeedles,
      ...signatures.flatMap((signature) => signature.needles),
      ...knownRemedies.flatMap(({ needle }) => (needle === undefined ? [] : [needle])),
    ].map(sought),
  ]),
];

/** The part of a needle that is sought. */
export function sought(needle: string): string {
  return needle.slice(0, soughtLength);
}

function pattern(needle: string): string {
  return needle.replace(/[.*+?()[\]{}|\\$]/g, '\\$&');
}

const anyNeedle = new RegExp(needles.map(pattern).join('|'));

/** Whether a line may say something; the same answer as the automaton's. */
export function isTelling(line: string): boolean {
  return anyNeedle.test(line);
}
