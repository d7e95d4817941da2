import type { FailedPackage } from '../make-output.js';
import type { Remedy } from '../remedies/remedy.js';
import { Activity } from './activity.js';
import { Attempts } from './attempts.js';
import { Breaks, type SeenBreak } from './breaks.js';
import { chooseCause, type Failing } from './choose-cause.js';
import { EvidenceStore } from './evidence.js';
import { explain, type Draft } from './explain.js';
import type { FindingStage } from './finding.js';
import { Findings, type Section } from './findings.js';
import { RaceWatch } from './race-watch.js';
import { stageOfTarget } from './make-lines.js';

/** Where a failure is told. */
export interface FailureLine {
  line: number;
  text: string;
  before: readonly string[];
}

/** Everything that reading a log keeps; all of it bounded. */
export class LogState {
  activity = new Activity();
  readonly evidence = new EvidenceStore();
  readonly breaks = new Breaks();
  readonly findings = new Findings();
  readonly attempts = new Attempts();
  readonly race = new RaceWatch();
  readonly remedies: readonly Remedy[];
  section: Section;

  constructor(remedies: readonly Remedy[], section: Section) {
    this.remedies = remedies;
    this.section = section;
  }

  /** A package failed: finds out why, and keeps it. */
  fail(failed: FailedPackage, step: FindingStage | undefined, where: FailureLine): void {
    const names = this.activity.namesOf(failed.path);
    const since = Math.max(this.section.from, this.activity.enteredAt(failed.path) ?? 0);
    const chain = this.breaks.claim(since, (directory) => this.#isOwn(directory, failed.path, names));
    this.#keep(
      {
        failed,
        stage: this.#stageOf(chain) ?? step,
        since,
        until: where.line,
        names: this.activity.enteredAt(failed.path) === undefined ? new Set() : names,
        chain,
      },
      where,
    );
  }

  /**
   * Make failed outside of any package, or where none is named.
   *
   * @param suspects the packages it was in, without `V=s`
   */
  failWithout(chain: readonly SeenBreak[], stage: FindingStage | undefined, where: FailureLine, failed?: FailedPackage, suspects: readonly string[] = []): void {
    this.#keep(
      { ...(failed && { failed }), stage: this.#stageOf(chain) ?? stage, since: this.section.from, until: where.line, names: new Set(), chain },
      where,
      failed ? [] : suspects,
    );
  }

  /** Keeps a finding that needs no explanation. */
  note(draft: Draft): void {
    this.findings.add(draft, this.section);
  }

  #keep(failing: Failing, where: FailureLine, suspects: readonly string[] = []): void {
    const cause = chooseCause(this.evidence.all, failing);
    for (const one of cause?.all ?? []) one.isUsed = true;
    const [inner] = failing.chain as readonly SeenBreak[];
    const draft = explain({
      failing,
      line: where.line,
      text: where.text,
      cause,
      attempts: this.attempts,
      before: inner?.before ?? where.before,
      remedies: this.remedies,
      suspects,
    });
    this.findings.add(draft, this.section);
    if (draft.mayRace) this.race.watch(draft);
  }

  #stageOf(chain: readonly SeenBreak[]): FindingStage | undefined {
    return chain.map(({ target }) => stageOfTarget(target)).find((stage) => stage !== undefined);
  }

  #isOwn(directory: string | undefined, path: string, names: ReadonlySet<string>): boolean {
    if (directory === undefined || names.has(directory)) return true;
    const owner = this.activity.packageOf(directory);
    return owner === undefined ? !directory.includes('/build_dir/') : owner === path;
  }
}
