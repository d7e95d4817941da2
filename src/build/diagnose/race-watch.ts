import type { Draft } from './explain.js';

const making = /\b(?:install|cp|mv|ln|ar|ranlib|Installing|Linking|libtool|touch)\b|\s-o\s/;
const complaining = /[Ee]rror|No such file|cannot /;
const mostWatched = 8;

/**
 * Looks whether somebody makes later what a failed package missed: then it failed because it came too early. Only
 * failed packages of parallel builds are watched for, so that a long log is not read with its every line for nothing.
 */
export class RaceWatch {
  #drafts: Draft[] = [];

  watch(draft: Draft): void {
    if (draft.missed.length > 0 && this.#drafts.length < mostWatched) this.#drafts.push(draft);
  }

  /** Whether every line has to be looked at. */
  get isWatching(): boolean {
    return this.#drafts.length > 0;
  }

  /** A new command begins: what it makes says nothing about the one before. */
  clear(): void {
    this.#drafts = [];
  }

  read(text: string, line: number): void {
    for (const draft of this.#drafts) {
      const name = draft.missed.find((one) => text.includes(one));
      if (name === undefined || !making.test(text) || complaining.test(text)) continue;
      const { finding } = draft;
      draft.finding = {
        ...finding,
        kind: 'parallel-race',
        message: `${finding.message}; line ${line} shows that ${name} was made afterwards, so this was a race`,
        retry: 'alone',
      };
      this.#drafts = this.#drafts.filter((other) => other !== draft);
    }
  }
}
