import type { Place } from '../core/failure.js';

/** Something wrong in a configuration file, said for people. */
export interface Problem {
  place: Place;
  /** Where it is in the data, as `devices[0].wans[1].device`; empty for the whole file. */
  path: string;
  /** What is wrong: a clause without a full stop. */
  message: string;
  /** What to do about it, in the imperative. */
  hint?: string;
  /** The line of the file and, below it, a caret under the place; secrets are masked. */
  excerpt: readonly [string, string];
}

/** `devices[0].wans[1].device`. A key that is no plain word is quoted. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const key = String(part);
    if (!/^[\w-]{1,40}$/.test(key)) return `${text}[${JSON.stringify(key.slice(0, 40))}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

/** `otb.yaml:5:12: wans[0].device: what; what to do`. */
export function problemText({ place, path, message, hint }: Problem): string {
  const where = `${place.file}:${place.line}:${place.column}: `;
  return `${where}${path === '' ? '' : `${path}: `}${message}${hint === undefined ? '' : `; ${hint}`}`;
}

/** The problem, the line of the file, and a caret under the place. */
export function problemLines(problem: Problem): string[] {
  const number = String(problem.place.line);
  const [source, caret] = problem.excerpt;
  return [problemText(problem), `  ${number} | ${source}`, `  ${' '.repeat(number.length)} | ${caret}`];
}
