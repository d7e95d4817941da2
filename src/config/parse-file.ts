import { readData } from './document/data.js';
import type { Finding } from './document/finding.js';
import { parseYaml } from './document/parse-yaml.js';
import { Places } from './document/places.js';
import { SourceText } from './document/source.js';
import type { Problem } from './problem.js';

/** What a file holds, or everything that is wrong with it, in the order of the file. */
export type FileResult<Value> =
  { value: Value; problems?: undefined } | { value?: undefined; problems: readonly Problem[] };

/** What the data of a file comes to: a value, or findings. */
export interface Judged<Value> {
  value?: Value;
  findings: Finding[];
}

/** A kind of file. */
export interface FileKind<Value> {
  /** Holds the data against what it should be. */
  judge(data: unknown, places: Places): Judged<Value>;
  /** What to do about a file without anything in it. */
  emptyHint: string;
}

/** More problems than anybody reads; the last one says how many there are. */
const mostProblems = 100;

// eslint-disable-next-line no-control-regex -- they are what is looked for
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\r(?!\n)/;

function controlFindings(text: string): Finding[] {
  const found = control.exec(text);
  if (!found) return [];
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  const what = found[0] === '\r' ? 'a carriage return without a line feed' : `a control character (U+${code})`;
  return [{ offset: found.index, path: [], what, hint: 'this file must be plain text; delete it' }];
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

interface Doubts {
  syntax: readonly Finding[];
  data: readonly Finding[];
  brokenFrom: number;
  source: SourceText;
}

/** Those findings that are no mere consequence of an error of the syntax. */
function trusted(judged: readonly Finding[], { syntax, data, brokenFrom, source }: Doubts): Finding[] {
  const lines = new Set(syntax.map(({ offset }) => source.place(offset).line));
  const offsets = new Set(data.map(({ offset }) => offset));
  return judged.filter(({ offset, what }) => {
    if (offset >= brokenFrom || offsets.has(offset) || lines.has(source.place(offset).line)) return false;
    return brokenFrom === Infinity || !['is missing', 'is empty'].includes(what);
  });
}

function findingsOf<Value>(text: string, source: SourceText, kind: FileKind<Value>): Judged<Value> {
  const controls = controlFindings(text);
  if (controls.length > 0) return { findings: controls };
  const { document, findings, brokenFrom } = parseYaml(text);
  if (!document) return { findings };
  if (document.contents === null && findings.length === 0) {
    return { findings: [{ offset: 0, path: [], what: 'the file is empty', hint: kind.emptyHint }] };
  }
  const { data, findings: more, targets } = readData(document, (offset) => source.place(offset).line);
  const { value, findings: judged } = kind.judge(data, new Places(document, targets));
  const all = [...findings, ...more, ...trusted(judged, { syntax: findings, data: more, brokenFrom, source })];
  return all.length === 0 && value !== undefined ? { value, findings: [] } : { findings: all };
}

function problemsOf(findings: readonly Finding[], source: SourceText): Problem[] {
  const sorted = [...findings].sort((one, other) => one.offset - other.offset);
  const shown = sorted.slice(0, mostProblems).map((finding) => source.problem(finding));
  const last = sorted.at(-1);
  if (last && sorted.length > mostProblems) {
    const what = `and ${sorted.length - mostProblems} more problems up to here`;
    shown.push(source.problem({ offset: last.offset, path: [], what, hint: 'begin with the first ones' }));
  }
  return shown;
}

/**
 * Reads the text of a file of that kind. Never throws, whatever the text; takes time in proportion to its length.
 *
 * @param file the name for messages
 */
export function parseFile<Value>(text: string, file: string, kind: FileKind<Value>): FileResult<Value> {
  const content = text.startsWith('\ufeff') ? text.slice(1) : text;
  const source = new SourceText(content, file);
  const { value, findings } = findingsOf(content, source, kind);
  return value === undefined ? { problems: problemsOf(findings, source) } : { value: frozen(value) };
}
