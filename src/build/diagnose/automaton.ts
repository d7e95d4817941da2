/**
 * A table that finds any of many fixed texts in one pass over bytes, whatever their number (Aho and Corasick, 1975).
 * `table[state | byte]` is the next state, with 0 for a byte beyond ASCII; states are multiples of 128, so that no
 * multiplication is needed. The table is kept small: a slow machine pays for each page of it.
 */
export interface Automaton {
  table: Uint16Array | Uint32Array;
  /** States from here on are the line's end, or the end of a needle. */
  accepting: number;
  /** The state behind a line end; also the one to begin with. */
  lineEnd: number;
}

/** Bytes of ASCII. */
const width = 128;
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
      next.push(new Int32Array(width).fill(-1));
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
    for (let byte = 0; byte < width; byte++) {
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
  order.forEach((state, index) => { position[state] = index * width; });
  const cells = next.length * width;
  const table = cells <= 65_536 ? new Uint16Array(cells) : new Uint32Array(cells);
  order.forEach((state, index) => {
    const row = next[state] as Int32Array;
    for (let byte = 0; byte < width; byte++) table[index * width + byte] = position[row[byte] as number] as number;
  });
  return { table, accepting: order.findIndex((state) => ends[state]) * width, lineEnd: position[end] ?? 0 };
}

/**
 * Builds the table. `^` at a needle's start stands for the start of a line. A carriage return ends a line, too:
 * progress bars write many texts over each other, and any of them may be the one that matters.
 *
 * @param needles ASCII texts
 */
export function buildAutomaton(needles: readonly string[]): Automaton {
  const trie: Trie = { next: [new Int32Array(width).fill(-1)], ends: [false] };
  const end = insert(trie, '\n');
  for (const needle of needles) insert(trie, needle.replace(/^\^/, '\n'));
  complete(trie);
  for (const row of trie.next) row[carriageReturn] = row[newline] ?? 0;
  return flatten(trie, end);
}
