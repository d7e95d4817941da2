import type { Place } from '../../core/failure.js';
import type { Problem } from '../problem.js';
import { pathText } from '../problem.js';
import type { Finding } from './finding.js';

const widest = 100;

// eslint-disable-next-line no-control-regex -- what would move the cursor or turn the reading direction is replaced
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const secretKey =
  '(?!hostKey|authorizedKeys)[\\w-]*(?:pas+(?:w|phrase)|pwd|psk|secret|token|credential|key|\\bpin\\b)[\\w-]*';
const secretValue = new RegExp(
  `(?<before>(?<flow>[{,]\\s*)?(?:^|(?<=[\\s{,]))["']?${secretKey}["']?\\s*:\\s+)(?=[^\\s{*|>])(?<value>.*)$`,
  'i',
);

/** How long a secret is that begins a text: to its closing quote, in a flow mapping to its end, else all of the line. */
function secretLength(value: string, inFlow: boolean): number {
  const quoted = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/.exec(value);
  if (quoted) return quoted[0].length;
  return inFlow ? value.search(/\s*(?:[,}]|$)/) : value.length;
}

/** `user:password@host` with `*` in place of the password. */
function maskPasswords(line: string): string {
  return line.replace(/(?<=[\w.-]:)[^\s:@/]+(?=@)/g, (password) => '*'.repeat(password.length));
}

/** The same line with `*` in place of what looks like a secret, each character for one. */
function maskSecrets(line: string): string {
  const groups = secretValue.exec(line)?.groups;
  if (!groups) return maskPasswords(line);
  const { value = '', flow } = groups;
  const length = secretLength(value, flow !== undefined);
  const before = line.slice(0, line.length - value.length);
  return before + '*'.repeat(length) + maskSecrets(value.slice(length));
}

/** A text, with its lines. */
export class SourceText {
  readonly #text: string;
  readonly #file: string;
  readonly #lineStarts: number[] = [0];

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) this.#lineStarts.push(end + 1);
  }

  /** Line and column of an offset. */
  place(offset: number): Place {
    const line = this.#lineIndex(Math.min(offset, this.#text.length));
    return { file: this.#file, line: line + 1, column: offset - (this.#lineStarts[line] ?? 0) + 1 };
  }

  /** A finding with its place and the line it stands in. */
  problem({ offset, path, what, hint }: Finding): Problem {
    const place = this.place(offset);
    return {
      place,
      path: pathText(path),
      message: what.replace(unprintable, '?'),
      ...(hint !== undefined && { hint: hint.replace(unprintable, '?') }),
      excerpt: this.#excerpt(place),
    };
  }

  #excerpt({ line, column }: Place): [string, string] {
    const from = this.#lineStarts[line - 1] ?? 0;
    const to = this.#lineStarts[line] ?? this.#text.length;
    // A long line is cut to a window around the place; masking needs what stands before it.
    const windowStart = column > widest ? column - 1 - widest / 2 : 0;
    const context = Math.max(0, windowStart - 200);
    const near = maskSecrets(
      this.#text.slice(from + context, Math.min(to, from + windowStart + widest + 400)).replace(/[\r\n]+$/, ''),
    );
    const visible = near
      .slice(windowStart - context)
      .slice(0, widest)
      .replace(unprintable, ' ');
    const prefix = windowStart > 0 ? '…' : '';
    return [`${prefix}${visible}`.trimEnd(), `${' '.repeat(prefix.length + column - 1 - windowStart)}^`];
  }

  #lineIndex(offset: number): number {
    let [low, high] = [0, this.#lineStarts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lineStarts[middle] ?? Infinity) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
