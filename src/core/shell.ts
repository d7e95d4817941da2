/** Words that a POSIX shell reads as themselves. `=` and `~` are left out: at a word's start they mean something. */
const plainWord = /^[A-Za-z0-9_@%+:,./-]+$/;

/** One argument, quoted for a POSIX shell, so that a printed command can be pasted. */
export function quoteWord(word: string): string {
  return plainWord.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A whole command line for a POSIX shell. `NAME=value` words before the command are the caller's to put first. */
export function quoteCommand(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}
