import type { FindingStage } from './finding.js';
import { beginSection } from './findings.js';
import type { LogState } from './log-state.js';
import { packageOfTarget, stageOfStep, type MakeLine } from './make-lines.js';
import { Activity } from './activity.js';

/** A line of make, with its place. */
export interface Placed {
  line: number;
  text: string;
  before: () => readonly string[];
}

const ended = /^(?:Terminated|Interrupt|Hangup|Error (?:130|143))\b/;
/** Complaints about complaints: the failure itself stands elsewhere. */
const isAggregate = /stamp\/\.\w+_(?:compile|install)|\b(?:world|all|all-recursive|all-am)$/;

/** Follows make: what it is in, what it gave up, and whether it came to its end. */
export class MakeReader {
  readonly #state: LogState;
  #stepOf: { path: string; step: string } | undefined;

  constructor(state: LogState) {
    this.#state = state;
  }

  read(said: MakeLine, placed: Placed): void {
    switch (said.type) {
      case 'command':
        this.#begin(said.words, placed.line);
        break;
      case 'entering':
        this.#enter(said.directory, said.level, placed.line);
        break;
      case 'leaving':
        this.#leave(said.directory, said.level, placed.line);
        break;
      case 'started':
        this.#start(said.path, said.target);
        break;
      case 'finished':
        this.#finishTarget(said.target, placed.line);
        break;
      case 'failed':
        this.#fail(said, placed);
        break;
      case 'break':
        this.#break(said, placed);
        break;
      case 'gave-up':
        this.#state.section.gaveUp ??= { line: placed.line, text: placed.text, target: said.target, how: '' };
        break;
      case 'waiting':
        this.#state.section.isParallel = true;
    }
  }

  /** The log, or a command in it, came to its end: what failed without a package's name is told now. */
  finish(): void {
    const { section, breaks, activity } = this.#state;
    if (activity.isParallel) section.isParallel = true;
    if (section.isInterrupted) return;
    for (const one of breaks.all.filter(({ directory }) => directory !== undefined)) {
      const path = activity.packageOf(one.directory ?? '');
      if (path === undefined || this.#state.findings.hasFailed(path, undefined, section.from)) continue;
      this.#state.fail({ path, ...this.#part(path) }, undefined, { ...one });
    }
    if (section.gaveUp && !section.hasErrors) this.#failWhole(section.gaveUp);
    else if (!section.hasErrors && !section.isComplete) this.#tellMachine();
  }

  #begin(words: readonly string[], line: number): void {
    this.finish();
    this.#state.breaks.claimAll();
    this.#state.race.clear();
    this.#state.activity = new Activity();
    this.#state.section = beginSection(words, line);
  }

  #enter(directory: string, level: number, line: number): void {
    if (level === 1) this.#state.section.isComplete = false;
    this.#state.activity.enter(directory, level, line);
  }

  #leave(directory: string, level: number, line: number): void {
    this.#state.activity.leave(directory, line);
    this.#state.breaks.leave(directory, level);
    // The tree's own make leaves its directory last.
    if (level === 1) this.#state.section.isComplete = this.#state.section.gaveUp === undefined;
  }

  #start(path: string, target: string): void {
    this.#stepOf = { path, step: target };
    this.#state.section.isComplete = false;
    this.#state.activity.start(path);
  }

  #finishTarget(target: string, line: number): void {
    const [, path = target, step = ''] = /^(.+)\/([^/]+)$/.exec(target) ?? [];
    const known = packageOfTarget(target)?.path ?? path;
    this.#stepOf = { path: known, step };
    this.#state.activity.finish(known, line);
  }

  #fail({ failed }: Extract<MakeLine, { type: 'failed' }>, { line, text, before }: Placed): void {
    if (this.#state.section.isInterrupted) return;
    this.#state.fail(failed, this.#stageOf(failed.path), { line, text, before: before() });
  }

  #break(said: Extract<MakeLine, { type: 'break' }>, { line, text, before }: Placed): void {
    const { section } = this.#state;
    if (ended.test(said.how)) this.#interrupt(line, text, said.how);
    if (section.isInterrupted) return;
    // At the top it is what was asked for, not what failed.
    const named = said.level === 0 ? undefined : packageOfTarget(said.target);
    if (said.level <= 1) section.gaveUp ??= { line, text, target: said.target, how: said.how };
    if (named) {
      const { step, ...failed } = named;
      if (!this.#state.findings.hasFailed(failed.path, failed.part, section.from)) {
        this.#state.fail(failed, stageOfStep(failed.path, step), { line, text, before: before() });
      }
    } else if (said.level > 1 || (said.level === 1 && !isAggregate.test(said.target))) {
      this.#state.breaks.add({ ...said, line, text, before: before() });
    }
  }

  #interrupt(line: number, text: string, how: string): void {
    const { section } = this.#state;
    if (section.isInterrupted) return;
    section.isInterrupted = true;
    const message = /Interrupt|130/.test(how) ? 'the build was interrupted (Ctrl-C)' : `the build was ended from outside (${how})`;
    this.#state.note({
      finding: { kind: 'interrupted', severity: 'error', stage: 'make', line, excerpt: [text], message, retry: 'later' },
      mayRace: false,
      missed: [],
    });
  }

  /** `ERROR:` comes right behind the step that failed. */
  #stageOf(path: string): FindingStage | undefined {
    if (this.#stepOf?.path.startsWith(path) !== true) return undefined;
    return stageOfStep(path, this.#stepOf.step.replace(/^host-/, ''));
  }

  #part(path: string): { part?: string } {
    return this.#stepOf?.path === path && /host/.test(this.#stepOf.step) ? { part: 'host' } : {};
  }

  /** Make failed, and no package was named. Without `V=s` and with one job it is the one begun last. */
  #failWhole({ line, text, target, how }: { line: number; text: string; target: string; how: string }): void {
    const { section, activity, breaks } = this.#state;
    const chain = breaks.claimAll();
    const stage = /\bdownload\b/.test(target) ? 'download' : 'make';
    const [last] = activity.started;
    const isSerial = section.words.length > 0 && !section.isParallel;
    const failed = last !== undefined && isSerial && chain.length === 0 ? { path: last } : undefined;
    const own = chain.length > 0 ? chain : [{ level: 0, target, how, line, text, before: [] }];
    this.#state.failWithout(own, stage, { line, text, before: [] }, failed, activity.started.slice(0, 4));
  }

  /** A full disk may have ended the log itself. */
  #tellMachine(): void {
    const last = this.#state.evidence.all.findLast(({ signature, line }) => signature.weight === 'machine' && line >= this.#state.section.from);
    if (last) this.#state.failWithout([], 'make', { line: last.line, text: last.text, before: [] });
  }
}
