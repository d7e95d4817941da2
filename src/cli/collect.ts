/** For commander: an option that may be repeated; every word that was given, in order. */
export function collect(word: string, earlier: readonly string[] = []): string[] {
  return [...earlier, word];
}
