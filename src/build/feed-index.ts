/** A package directory of a feed, as the feed's index has it. */
export interface IndexEntry {
  /** The name of its directory, which is also that of its link in `package/feeds/FEED`. */
  directory: string;
  /** What it can be asked for by: its packages, and what they provide. */
  names: string[];
}

/** Reads `feeds/NAME.index`, or a tree's `tmp/.packageinfo`. */
export function parseIndex(text: string): IndexEntry[] {
  const entries: IndexEntry[] = [];
  for (const line of text.split('\n')) {
    const directory = /^Source-Makefile: (?:.*\/)?([^/]+)\/Makefile$/.exec(line)?.[1];
    const names = /^(?:Package|Provides): (.+)$/.exec(line)?.[1];
    if (directory !== undefined) entries.push({ directory, names: [directory] });
    else if (names !== undefined) entries.at(-1)?.names.push(...names.split(/\s+/).map((name) => name.replace(/^@/, '')));
  }
  return entries;
}

/** The arguments of `scripts/feeds install`, understood. */
export interface InstallWish {
  /** The feed of `-p`. */
  feed?: string;
  /** `-a` */
  isAll: boolean;
  /** `-f` */
  isForced: boolean;
  names: string[];
}

/** Reads the arguments of `scripts/feeds install` as its getopts does: options before names. */
export function parseInstall(words: readonly string[]): InstallWish {
  const wish: InstallWish = { isAll: false, isForced: false, names: [] };
  const rest = [...words];
  while (rest[0]?.startsWith('-') === true) {
    const option = rest.shift();
    if (option === '-a') wish.isAll = true;
    else if (option === '-f') wish.isForced = true;
    else if (option === '-p') wish.feed = rest.shift() ?? '';
    else if (option === '-d') rest.shift();
  }
  // Perl's getopts stops at the first name: the README's `-p FEED -f NAME` and this agree.
  wish.names = rest;
  return wish;
}

/** The feeds whose update failed, out of what `scripts/feeds update` printed: it goes on with the others. */
export function failedUpdates(output: string): string[] {
  const failed: string[] = [];
  let current: string | undefined;
  for (const line of output.split('\n')) {
    current = /^Updating feed '([^']+)' from /.exec(line)?.[1] ?? current;
    if (/^failed\.?\s*$/.test(line) && current !== undefined) failed.push(current);
  }
  return [...new Set(failed)];
}
