import { isAlias, isMap, isPair, isScalar, isSeq, type Document, type Node, type Pair } from 'yaml';

/** Where something of the data stands in the text. */
export interface Spot {
  /** The node of the value; null when the value is left out. */
  value: Node | null;
  /** Where the value begins, or its key when there is no value. */
  offset: number;
  /** Where its key begins; its own beginning for items of lists. */
  keyOffset: number;
}

function start(node: unknown): number | undefined {
  return (node as { range?: readonly [number, number, number] | null } | null | undefined)?.range?.[0];
}

/** Finds the nodes of paths. What came in by an alias or by `<<` is found where it is written. */
export class Places {
  readonly #document: Document.Parsed;
  readonly #targets: ReadonlyMap<Node, Node>;
  readonly #keys = new WeakMap<Node, Map<string, Pair>>();

  constructor(document: Document.Parsed, targets: ReadonlyMap<Node, Node>) {
    this.#document = document;
    this.#targets = targets;
  }

  /** The spot of a path, or of its nearest parent that exists. */
  find(path: readonly PropertyKey[]): Spot & { found: boolean } {
    const root = this.#document.contents;
    let spot: Spot = { value: this.#resolve(root), offset: start(root) ?? 0, keyOffset: start(root) ?? 0 };
    for (const part of path) {
      const next = this.#child(spot.value, part);
      if (!next) return { ...spot, found: false };
      spot = next;
    }
    return { ...spot, found: true };
  }

  #resolve(node: unknown): Node | null {
    if (isAlias(node)) return this.#targets.get(node) ?? null;
    return (node ?? null) as Node | null;
  }

  #child(node: Node | null, part: PropertyKey): Spot | undefined {
    if (isSeq(node)) {
      const item = node.items[Number(part)] as Node | undefined;
      const offset = start(item) ?? start(node) ?? 0;
      return item === undefined ? undefined : { value: this.#resolve(item), offset, keyOffset: offset };
    }
    if (!isMap(node)) return undefined;
    const pair = this.#pairs(node).get(String(part));
    if (!pair) return this.#merged(node, part);
    const keyOffset = start(pair.key) ?? 0;
    return { value: this.#resolve(pair.value), offset: start(pair.value) ?? keyOffset, keyOffset };
  }

  #merged(node: Node, part: PropertyKey): Spot | undefined {
    const sources = this.#resolve(this.#pairs(node).get('<<')?.value);
    const list: unknown[] = isSeq(sources) ? sources.items : [sources];
    for (const source of list) {
      const resolved = this.#resolve(source);
      const spot = resolved === node ? undefined : this.#child(resolved, part);
      if (spot) return spot;
    }
    return undefined;
  }

  #pairs(node: Node): Map<string, Pair> {
    const known = this.#keys.get(node);
    if (known) return known;
    const pairs = new Map<string, Pair>();
    for (const pair of isMap(node) ? node.items : []) {
      if (isPair(pair) && isScalar(pair.key)) {
        const key = String(pair.key.value);
        if (!pairs.has(key)) pairs.set(key, pair);
      }
    }
    this.#keys.set(node, pairs);
    return pairs;
  }
}
