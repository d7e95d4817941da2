import { isAlias, isMap, isPair, isScalar, isSeq, type Document, type Node, type ParsedNode } from 'yaml';
import type { Finding } from './finding.js';

/** How many values aliases may add: a fleet has thousands, a bomb has billions. */
const mostCopies = 100_000;

/** Turns nodes into plain data, and collects what is wrong beyond the syntax. */
class Reader {
  readonly findings: Finding[] = [];
  /** What each alias stands for. */
  readonly targets = new Map<Node, Node>();
  readonly #lineOf: (offset: number) => number;
  readonly #anchors = new Map<string, { node: Node; value: unknown; size: number } | 'open'>();
  #values = 0;
  #copies = 0;
  #tooMany = false;

  constructor(lineOf: (offset: number) => number) {
    this.#lineOf = lineOf;
  }

  read(node: Node | null | undefined, path: readonly PropertyKey[]): unknown {
    this.#values += 1;
    if (!node || this.#tooMany) return null;
    if (isAlias(node)) return this.#alias(node as ParsedNode & { source: string }, path);
    const before = this.#values;
    const { anchor } = node as { anchor?: string };
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const value = this.#value(node, path);
    if (anchor !== undefined) this.#anchors.set(anchor, { node, value, size: this.#values - before + 1 });
    return value;
  }

  #value(node: Node, path: readonly PropertyKey[]): unknown {
    if (isMap(node)) return this.#map(node.items, path);
    if (isSeq(node)) return node.items.map((item, index) => this.read(item as Node, [...path, index]));
    return isScalar(node) ? scalarValue(node) : null;
  }

  #alias(node: ParsedNode & { source: string }, path: readonly PropertyKey[]): unknown {
    const anchor = this.#anchors.get(node.source);
    if (anchor === undefined) {
      this.#say(
        node.range[0],
        path,
        `the alias *${node.source} has no anchor before it`,
        `write &${node.source} at the value it stands for, further up`,
      );
      return null;
    }
    if (anchor === 'open') {
      this.#say(node.range[0], path, `the alias *${node.source} stands inside its own anchor`, 'delete it');
      return null;
    }
    this.targets.set(node, anchor.node);
    this.#values += anchor.size;
    return this.#copy(anchor.size, node.range[0], path) ? anchor.value : null;
  }

  #copy(size: number, offset: number, path: readonly PropertyKey[]): boolean {
    this.#copies += size;
    if (this.#copies <= mostCopies) return true;
    if (!this.#tooMany) this.#say(offset, path, `the aliases add more than ${mostCopies} values`, 'use fewer of them');
    this.#tooMany = true;
    return false;
  }

  #map(items: readonly unknown[], path: readonly PropertyKey[]): unknown {
    const result: Record<string, unknown> = {};
    const seen = new Map<string, number>();
    const merged: unknown[] = [];
    for (const pair of items) {
      if (!isPair<Node, Node | null>(pair) || !isScalar(pair.key)) continue;
      const key = String(pair.key.value);
      const offset = pair.key.range?.[0] ?? 0;
      const first = seen.get(key);
      if (first !== undefined) this.#duplicate(key, offset, [...path, key], first);
      seen.set(key, first ?? offset);
      const value = this.read(pair.value, [...path, key]);
      if (key === '<<' && pair.key.type === 'PLAIN') merged.push({ value, offset });
      else if (first === undefined) define(result, key, value);
    }
    for (const one of merged) this.#merge(result, one as { value: unknown; offset: number }, path);
    return result;
  }

  #merge(
    result: Record<string, unknown>,
    { value, offset }: { value: unknown; offset: number },
    path: readonly PropertyKey[],
  ): void {
    for (const source of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof source !== 'object' || source === null || Array.isArray(source)) {
        this.#say(offset, path, '<< merges only mappings', 'write <<: *name');
        continue;
      }
      if (!this.#copy(Object.keys(source).length, offset, path)) return;
      for (const [key, item] of Object.entries(source)) if (!Object.hasOwn(result, key)) define(result, key, item);
    }
  }

  #duplicate(key: string, offset: number, path: readonly PropertyKey[], first: number): void {
    const line = this.#lineOf(first);
    this.#say(
      offset,
      path,
      `the key ${JSON.stringify(key.slice(0, 40))} is already in line ${line}`,
      'keep one of the two',
    );
  }

  #say(offset: number, path: readonly PropertyKey[], what: string, hint: string): void {
    this.findings.push({ offset, path, what, hint });
  }
}

/** `__proto__` must become a key like any other, to be refused like any other. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/**
 * A number that YAML readers disagree about (`0123` is 123 to some and 83 to others), or that is too large to be kept,
 * becomes a symbol: nothing in the schema takes one.
 */
function scalarValue(node: { value: unknown; source?: string | undefined; type?: string | undefined }): unknown {
  const { value, source = '' } = node;
  const unclear =
    typeof value === 'number' && (/^[-+]?0\d/.test(source) || (/^\d+$/.test(source) && !Number.isSafeInteger(value)));
  return unclear ? Symbol(source) : value;
}

/** What a document holds. */
export interface Data {
  data: unknown;
  findings: Finding[];
  /** What each alias stands for. */
  targets: ReadonlyMap<Node, Node>;
}

/** The document as plain data, and the problems that only its nodes show: duplicate keys, aliases that explode. */
export function readData(document: Document.Parsed, lineOf: (offset: number) => number): Data {
  const reader = new Reader(lineOf);
  const data = reader.read(document.contents, []);
  return { data, findings: reader.findings, targets: reader.targets };
}
