import { checkTogether } from './cross/check.js';
import { prune } from './cross/loose.js';
import { complete, type Config } from './config.js';
import { readData } from './document/data.js';
import type { Finding } from './document/finding.js';
import { parseYaml } from './document/parse-yaml.js';
import { Places } from './document/places.js';
import { SourceText } from './document/source.js';
import { explainIssue } from './explain/explain-issue.js';
import { extensionKey } from './json-schema.js';
import type { Problem } from './problem.js';
import { configSchema } from './schema/config.js';

/** A configuration, or everything that is wrong with the file, in the order of the file. */
export type ParseResult =
  { config: Config; problems?: undefined } | { config?: undefined; problems: readonly Problem[] };

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

function withoutExtensions(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return data;
  return Object.fromEntries(Object.entries(data).filter(([key]) => !extensionKey.test(key)));
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

interface Judged {
  config?: Config;
  findings: Finding[];
}

/** Holds the data against the schema, and its parts against each other. */
function judge(data: unknown, places: Places): Judged {
  const parsed = configSchema.safeParse(data, { reportInput: true });
  const issues = parsed.error?.issues ?? [];
  const alone = issues.flatMap((issue) => explainIssue(issue, { places, data }));
  const wrong = alone.map(({ path }) => path);
  const together = checkTogether(prune(data, wrong)).map(({ path, ...complaint }) => ({
    offset: places.find(path).offset,
    path,
    ...complaint,
  }));
  const findings = alone.concat(together);
  return parsed.success && together.length === 0 ? { config: complete(parsed.data), findings } : { findings };
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

function findingsOf(text: string, source: SourceText): Judged {
  const controls = controlFindings(text);
  if (controls.length > 0) return { findings: controls };
  const { document, findings, brokenFrom } = parseYaml(text);
  if (!document) return { findings };
  if (document.contents === null && findings.length === 0) {
    return { findings: [{ offset: 0, path: [], what: 'the file is empty', hint: 'run `otb init` to write one' }] };
  }
  const { data, findings: more, targets } = readData(document, (offset) => source.place(offset).line);
  const { config, findings: judged } = judge(withoutExtensions(data), new Places(document, targets));
  const all = [...findings, ...more, ...trusted(judged, { syntax: findings, data: more, brokenFrom, source })];
  return all.length === 0 && config ? { config, findings: [] } : { findings: all };
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
 * Reads the text of an `otb.yaml`. Never throws, whatever the text; takes time in proportion to its length.
 *
 * @param file the name for messages
 */
export function parseConfig(text: string, file: string): ParseResult {
  const content = text.startsWith('\ufeff') ? text.slice(1) : text;
  const source = new SourceText(content, file);
  const { config, findings } = findingsOf(content, source);
  return config ? { config: frozen(config) } : { problems: problemsOf(findings, source) };
}
