/** The value of a symbol as `.config` writes it: `y`, `m`, `n` (`# … is not set`), a number, or a quoted string. */
export type SymbolValue = string;

/** A symbol that came out of `make defconfig` otherwise than it was asked for. */
export interface DroppedSymbol {
  symbol: string;
  wanted: SymbolValue;
  /** `n` also when the symbol is not in the file at all: for make that is the same. */
  got: SymbolValue;
}

/** Reads `.config`, fragments of it, and `diffconfig`: a later line wins. */
export function parseConfig(text: string): Map<string, SymbolValue> {
  const symbols = new Map<string, SymbolValue>();
  for (const line of text.split('\n')) {
    const unset = /^# (CONFIG_\w[\w.+-]*) is not set$/.exec(line);
    const set = /^(CONFIG_\w[\w.+-]*)=(.*)$/.exec(line);
    if (unset?.[1] !== undefined) symbols.set(unset[1], 'n');
    else if (set?.[1] !== undefined) symbols.set(set[1], set[2] ?? '');
  }
  return symbols;
}

/** One line of `.config`. */
export function printSymbol(symbol: string, value: SymbolValue): string {
  return value === 'n' ? `# ${symbol} is not set` : `${symbol}=${value}`;
}

/** The line that asks for a package (`tcpdump`, `+tcpdump`) or leaves it out (`-bmon`). */
export function packageLine(word: string): string {
  const name = word.replace(/^[+-]/, '');
  return printSymbol(`CONFIG_PACKAGE_${name}`, word.startsWith('-') ? 'n' : 'y');
}

/** `y` satisfies a wish for `m`: the package is there. */
function satisfies(wanted: SymbolValue, got: SymbolValue): boolean {
  return wanted === got || (wanted === 'm' && got === 'y');
}

/** What was asked for and did not survive `make defconfig`, which drops without a word. In the order of the wishes. */
export function droppedSymbols(wanted: ReadonlyMap<string, SymbolValue>, got: ReadonlyMap<string, SymbolValue>): DroppedSymbol[] {
  return [...wanted]
    .map(([symbol, value]) => ({ symbol, wanted: value, got: got.get(symbol) ?? 'n' }))
    .filter((one) => !satisfies(one.wanted, one.got));
}
