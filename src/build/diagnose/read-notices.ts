import type { Draft } from './explain.js';
import { shorten } from './excerpt.js';
import type { Finding } from './finding.js';
import type { LogState } from './log-state.js';
import { isMilestone, notices, updatedFeed, type NoticedFinding } from './notices.js';
import { isAboutNetwork } from './signatures/downloads.js';

const gitComplaint = /^(?:remote: )?(?:fatal|error): (.*)$/;
const circle = /^\S*\.in:\d+:|symbol \S+ (?:depends on|is selected by)|For a resolution/;
const mostFollowing = 6;

/** Reads the lines that mean something by themselves: feeds, prerequisites, kconfig, git outside of make. */
export class NoticeReader {
  readonly #state: LogState;
  #feed: { feed: string; address: string } | undefined;
  #git: Draft | undefined;
  #circle: string[] | undefined;

  constructor(state: LogState) {
    this.#state = state;
  }

  /** Whether the next line may belong to the last notice. */
  get isFollowed(): boolean {
    return this.#circle !== undefined;
  }

  /** Offers the line behind a notice: kconfig tells its circle in several. */
  follow(text: string): void {
    if (!this.#circle) return;
    if (!circle.test(text) || this.#circle.length >= mostFollowing) this.#circle = undefined;
    else this.#circle.push(shorten(text));
  }

  /** Returns whether the line was one of the notices, which explain nothing else. */
  read(text: string, line: number): boolean {
    if (this.#readNotice(text, line)) return true;
    this.#state.attempts.read(text);
    const updated = updatedFeed(text);
    if (updated) this.#feed = updated;
    else if (text.startsWith('Create index file')) this.#feed = undefined;
    else if (isMilestone(text)) this.#state.section.isComplete = true;
    else if (text.includes('Prerequisite check failed')) this.#prerequisiteFailed(text, line);
    else this.#readGit(text, line);
    return false;
  }

  #readNotice(text: string, line: number): boolean {
    for (const notice of notices) {
      const match = notice.pattern.exec(text);
      if (!match) continue;
      const [, ...groups] = match;
      const noticed = notice.read(groups, this.#state.section.words);
      if (noticed) this.#note(noticed, text, line);
      return true;
    }
    return false;
  }

  #note(noticed: NoticedFinding, text: string, line: number): Draft {
    const excerpt = [shorten(text)];
    if (noticed.kind === 'recursive-dependency') this.#circle = excerpt;
    const finding: Finding = { ...noticed, line, excerpt };
    const draft = { finding, mayRace: false, missed: [] };
    this.#state.note(draft);
    return draft;
  }

  /** The check names what it lacks; where it does not, its own line has to do. */
  #prerequisiteFailed(text: string, line: number): void {
    if (this.#state.section.hasErrors) return;
    this.#note({ kind: 'prerequisite', severity: 'error', stage: 'check', message: 'the tree misses something on this machine', retry: 'never' }, text, line);
  }

  /** Git's complaints count by themselves only where no make runs: within one they may be made up for. */
  #readGit(text: string, line: number): void {
    const complaint = gitComplaint.exec(text)?.[1];
    if (complaint === undefined) return;
    const retry = isAboutNetwork(text) ? 'later' : 'never';
    if (this.#feed) {
      const { feed, address } = this.#feed;
      this.#note({ kind: 'missing-feed', severity: 'error', stage: 'feeds', message: `the feed ${feed} could not be fetched from ${address}: ${complaint}`, retry, subject: feed }, text, line);
      return;
    }
    const words = this.#state.section.words;
    if (!words.includes('git') && !words.some((one) => one.endsWith('/feeds'))) return;
    if (this.#git) {
      this.#git.finding = { ...this.#git.finding, excerpt: [...this.#git.finding.excerpt, shorten(text)].slice(0, mostFollowing) };
      return;
    }
    const address = words.find((one) => one.includes('://'));
    const noticed = { kind: 'git', severity: 'error', stage: 'source', message: `git failed: ${complaint.trim()}`, retry } as const;
    this.#git = this.#note({ ...noticed, ...(address !== undefined && { subject: address }) }, text, line);
  }
}
