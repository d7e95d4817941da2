import {
  Composer,
  Lexer,
  LineCounter,
  Parser,
  isCollection,
  isScalar,
  visit,
  type CST,
  type Document,
  type Node,
} from 'yaml';
import type { Finding } from './finding.js';
import { breaksStructure, syntaxComplaint } from './syntax-words.js';

/** Deeper nesting than any sensible file has; the composer's recursion must not meet hostile depths. */
const deepest = 100;

/** A YAML document and what is wrong with its syntax. */
export interface Syntax {
  document: Document.Parsed | undefined;
  findings: Finding[];
  /** From here on the structure cannot be trusted; Infinity when all of it can. */
  brokenFrom: number;
}

class TooDeep extends Error {
  readonly offset: number;
  constructor(offset: number) {
    super('too deep');
    this.offset = offset;
  }
}

function* tokensOf(text: string, lines: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > deepest) throw new TooDeep(parser.offset);
  }
  yield* parser.end();
}

function compose(text: string): Document.Parsed[] {
  const lines = new LineCounter();
  // Duplicate keys are looked for elsewhere: the composer's own way takes quadratic time.
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, stringKeys: true, lineCounter: lines });
  return [...composer.compose(tokensOf(text, lines), true, text.length)];
}

function firstOfEachLine(findings: readonly Finding[], text: string): Finding[] {
  let lineEnd = -1;
  return [...findings]
    .sort((one, other) => one.offset - other.offset)
    .filter(({ offset }) => {
      if (offset < lineEnd) return false;
      lineEnd = text.indexOf('\n', offset);
      if (lineEnd === -1) lineEnd = Infinity;
      return true;
    });
}

function documentFindings(document: Document.Parsed): Finding[] {
  const { explicit, version } = document.directives.yaml;
  const old = explicit === true && version !== '1.2';
  return [
    ...document.errors.map((error) => ({ offset: error.pos[0], path: [], ...syntaxComplaint(error) })),
    ...document.warnings.map((warning) => ({ offset: warning.pos[0], path: [], ...syntaxComplaint(warning) })),
    ...(old ? [{ offset: 0, path: [], what: `the file asks for YAML ${version}`, hint: 'delete the %YAML line' }] : []),
  ];
}

function isOpenEnded(node: Node): boolean {
  if (isCollection(node)) return node.flow === true;
  return isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE');
}

/** Where the structure begins to be wrong: at the error, or where the bracket or quote was opened that it is about. */
function firstBreak(document: Document.Parsed): number {
  const hard = document.errors.filter(({ code }) => breaksStructure(code)).map(({ pos }) => pos[0]);
  let first = hard.reduce((one, other) => Math.min(one, other), Infinity);
  const error = first;
  if (error === Infinity) return error;
  visit(document, {
    Node: (_key, node) => {
      const [from, to] = (node as { range?: readonly [number, number, number] | null }).range ?? [0, 0];
      if (isOpenEnded(node) && from < first && error <= to) first = from;
    },
  });
  return first;
}

/** Parses text as one YAML document. Never throws; takes time in proportion to the text's length. */
export function parseYaml(text: string): Syntax {
  try {
    const [document, second] = compose(text);
    if (!document) return { document, findings: [], brokenFrom: Infinity };
    const extra = second?.range[0];
    const findings = firstOfEachLine(documentFindings(document), text);
    if (extra !== undefined) {
      const offset = text.lastIndexOf('---', extra);
      findings.push({
        offset: Math.max(offset, 0),
        path: [],
        what: 'a second document begins here',
        hint: 'keep one document in the file',
      });
    }
    return { document, findings, brokenFrom: firstBreak(document) };
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    const finding = {
      offset: error.offset,
      path: [],
      what: `nested more than ${deepest} levels deep`,
      hint: 'a bracket or quote may be left open',
    };
    return { document: undefined, findings: [finding], brokenFrom: error.offset };
  }
}
