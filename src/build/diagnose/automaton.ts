/**
 * A table that finds any of many fixed texts in one pass over bytes, whatever their number (Aho and Corasick, 1975).
 * `table[state | byte]` is the next state; states are multiples of 256, so that no multiplication is needed.
 */
export interface Automaton {
  table: Uint32Array;
  /** States from here on are the line's end, or the end of a needle. */
  accepting: number;
  /** The state behind a line end; also the one to begin with. */
  lineEnd: number;
}

const newline = 10;
const carriageReturn = 13;

interface Trie {
  next: Int32Array[];
  ends: boolean[];
}

function insert({ next, ends }: Trie, needle: string): number {
  let state = 0;
  for (const byte of new TextEncoder().encode(needle)) {
    const row = next[state] as Int32Array;
    if (row[byte] === -1) {
      row[byte] = next.length;
      next.push(new Int32Array(256).fill(-1));
      ends.push(false);
    }
    state = row[byte] ?? 0;
  }
  ends[state] = true;
  return state;
}

/** Gives every state an answer for every byte: where its own text does not go on, the longest suffix that does. */
function complete({ next, ends }: Trie): void {
  const suffix = new Int32Array(next.length);
  const queue = [0];
  for (const state of queue) {
    const row = next[state] as Int32Array;
    const fallback = next[suffix[state] ?? 0] as Int32Array;
    for (let byte = 0; byte < 256; byte++) {
      const child = row[byte] ?? -1;
      const other = state === 0 ? 0 : (fallback[byte] ?? 0);
      if (child === -1) {
        row[byte] = other;
      } else {
        suffix[child] = other;
        if (ends[other] === true) ends[child] = true;
        queue.push(child);
      }
    }
  }
}

function flatten({ next, ends }: Trie, end: number): Automaton {
  const order = [...next.keys()].sort((one, other) => Number(ends[one]) - Number(ends[other]) || one - other);
  const position = new Uint32Array(next.length);
  order.forEach((state, index) => { position[state] = index * 256; }); // prettier-ignore
  const table = new Uint32Array(next.length * 256);
  order.forEach((state, index) => {
    for (let byte = 0; byte < 256; byte++) table[index * 256 + byte] = position[next[state]?.[byte] ?? 0] ?? 0;
  });
  return { table, accepting: order.findIndex((state) => ends[state]) * 256, lineEnd: position[end] ?? 0 };
}

/**
 * Builds the table. `^` at a needle's start stands for the start of a line. A carriage return ends a line, too:
 * progress bars write many texts over each other, and any of them may be the one that matters.
 *
 * @param needles ASCII texts
 */
export function buildAutomaton(needles: readonly string[]): Automaton {
  const trie: Trie = { next: [new Int32Array(256).fill(-1)], ends: [false] };
  const end = insert(trie, '\n');
  for (const needle of needles) insert(trie, needle.replace(/^\^/, '\n'));
  complete(trie);
  for (const row of trie.next) row[carriageReturn] = row[newline] ?? 0;
  return flatten(trie, end);
}
