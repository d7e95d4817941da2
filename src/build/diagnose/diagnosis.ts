import { plainLine } from '../../core/terminal-text.js';
import { knownRemedies } from '../remedies/known.js';
import type { Remedy } from '../remedies/remedy.js';
import type { DiagnosisOutcome, DiagnosisReport } from './finding.js';
import { beginSection } from './findings.js';
import { LogState } from './log-state.js';
import { readMakeLine } from './make-lines.js';
import { isTelling, needles, sought } from './needles.js';
import { MakeReader } from './read-make.js';
import { NoticeReader } from './read-notices.js';
import { signatures } from './signatures/index.js';
import type { Captured, Signature } from './signatures/signature.js';

/** Longer segments of a line are cut: nobody's message is that long. */
export const longestSegment = 64 * 1024;

/**
 * Patterns see this much of a line's beginning and end: a compiler's command line of many kilobytes says nothing in
 * between, and a pattern takes time with the square of the length.
 */
const shownEnd = 1024;

function bothEnds(text: string): string {
  return text.length <= 2 * shownEnd ? text : `${text.slice(0, shownEnd)} … ${text.slice(-shownEnd)}`;
}

/** How many lines before a failure are kept for one without a known cause. */
export const keptBefore = 12;

/** What a diagnosis may be given. */
export interface DiagnosisOptions {
  /** The user's remedies, beside those otb knows. */
  remedies?: readonly Remedy[];
  /** With how many jobs make runs, where the caller knows. Otherwise the log has to show whether there were several. */
  jobs?: number;
}

const remedySignature: Signature = {
  kind: 'known-signature',
  weight: 'exact',
  needles: [],
  pattern: /^/,
  tell: () => 'a known failure',
  retry: 'never',
};

/**
 * Reads a build's output line by line and says what failed in it, and why. It takes as much memory for a long log as
 * for a short one.
 */
export class Diagnosis {
  readonly #state: LogState;
  readonly #make: MakeReader;
  readonly #notices: NoticeReader;
  readonly #remedies: readonly (Remedy & { signature: RegExp })[];
  readonly #looksAtAll: boolean;
  #line = 0;
  #recent: string[] = [];

  constructor({ remedies = [], jobs }: DiagnosisOptions = {}) {
    const all = [...remedies, ...knownRemedies];
    this.#remedies = all.filter((one): one is Remedy & { signature: RegExp } => one.signature !== undefined);
    this.#looksAtAll = this.#remedies.some(({ needle }) => needle === undefined || !needles.includes(sought(needle)));
    this.#state = new LogState(remedies, beginSection(jobs === undefined ? [] : ['make', `-j${jobs}`], 0));
    this.#make = new MakeReader(this.#state);
    this.#notices = new NoticeReader(this.#state);
  }

  /** Whether {@link see} wants the next line even if it holds no needle. */
  get wantsNext(): boolean {
    return this.#looksAtAll || this.#state.evidence.isFollowed || this.#notices.isFollowed || this.#state.race.isWatching;
  }

  /** Takes one line, without its line end. */
  push(line: string): void {
    this.#line += 1;
    for (const piece of line.includes('\r') ? line.split('\r') : [line]) {
      const segment = piece.length > longestSegment ? piece.slice(0, longestSegment) : piece;
      if (segment === '') continue;
      if (this.wantsNext || isTelling(segment)) this.see(segment, this.#line, () => this.#recent);
      this.#recent.push(segment);
      if (this.#recent.length > 2 * keptBefore) this.#recent = this.#recent.slice(-keptBefore);
    }
  }

  /**
   * Takes one piece of a line, for a caller that has sorted out the lines that say nothing.
   *
   * @param line its line's number
   * @param before the pieces before it, at least {@link keptBefore} of them as far as there are so many
   */
  see(segment: string, line: number, before: () => readonly string[]): void {
    this.#line = line;
    if (segment.includes('ing directory ') && segment.includes('/build_dir/') && !segment.includes('***')) {
      this.#state.evidence.stopFollowing();
      return;
    }
    const text = bothEnds(plainLine(segment));
    this.#notices.follow(text);
    this.#state.race.read(text, line);
    const said = readMakeLine(text);
    const mayBeCause = said ? said.type === 'break' && /Killed|Error 137/.test(said.how) : !this.#notices.read(text, line);
    if (!mayBeCause || !this.#seek(text, line)) this.#state.evidence.follow(text);
    if (said) this.#make.read(said, { line, text, before: () => before().slice(-keptBefore).map((one) => bothEnds(plainLine(one))) });
  }

  /** The log ended. */
  end(): DiagnosisReport {
    this.#make.finish();
    const findings = this.#state.findings.list();
    return { outcome: this.#outcome(), findings, omitted: this.#state.findings.omitted };
  }

  #outcome(): DiagnosisOutcome {
    if (this.#state.findings.list().some(({ severity }) => severity === 'error')) return 'failed';
    return this.#state.section.isComplete ? 'succeeded' : 'unknown';
  }

  /** Keeps a line that may explain a failure. */
  #seek(text: string, line: number): boolean {
    const remedy = this.#remedies.find(({ signature }) => signature.test(text));
    if (remedy) return this.#keep(remedySignature, {}, text, line, remedy);
    for (const signature of signatures) {
      const match = signature.pattern.exec(text);
      if (match) return this.#keep(signature, { ...match.groups }, text, line);
    }
    return false;
  }

  #keep(signature: Signature, captured: Captured, text: string, line: number, remedy?: Remedy): boolean {
    const within = this.#state.activity.open;
    this.#state.evidence.add({ signature, captured, line, text, following: [], within, isUsed: false, ...(remedy && { remedy }) });
    return true;
  }
}
