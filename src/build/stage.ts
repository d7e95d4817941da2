import { sha256Of } from '../core/sha256.js';
import type { Step } from '../steps/step.js';
import type { Journal } from './journal.js';

/** What a stage does; what it depends on is told elsewhere. */
export type BareStage = Omit<Step, 'done' | 'undo'>;

/** A step of a build that knows what it depends on, so that it can be left out when none of that has changed. */
export interface Stage extends BareStage {
  /**
   * Everything it depends on beside the stages before it: commits, hashes, lines of configuration. Undefined while
   * that is not known; the stage then runs.
   */
  inputs: () => Promise<string | undefined>;
  /** False when what it made is gone, or is no longer what it was; asked only when nothing it depends on has changed. */
  isWhole?: () => Promise<boolean>;
}

/** What {@link resumable} needs beside the stages. */
export interface ResumeHelp {
  journal: Journal;
  now: () => Date;
  /** The first stage that runs even when nothing has changed, and with it all behind it. */
  from?: string;
}

/** The fingerprint of each stage: over its own inputs and those of all before it. Each is taken once. */
class Chain {
  readonly #stages: readonly Stage[];
  readonly #known: Promise<string | undefined>[] = [];

  constructor(stages: readonly Stage[]) {
    this.#stages = stages;
  }

  at(index: number): Promise<string | undefined> {
    return (this.#known[index] ??= this.#take(index));
  }

  /** What could not be told before this stage had run, and what comes after it, is taken anew. */
  forgetAfter(index: number, isKnown: boolean): void {
    this.#known.length = Math.min(this.#known.length, isKnown ? index + 1 : index);
  }

  async #take(index: number): Promise<string | undefined> {
    const stage = this.#stages[index];
    if (stage === undefined) return '';
    const before = index === 0 ? '' : await this.at(index - 1);
    const inputs = before === undefined ? undefined : await stage.inputs();
    return inputs === undefined ? undefined : sha256Of(`${before ?? ''}\n${stage.name}\n${inputs}`);
  }
}

/**
 * The stages as steps that are left out when they were done from the same things before, as the journal says. A stage
 * that runs takes back those behind it.
 */
export function resumable(stages: readonly Stage[], { journal, now, from }: ResumeHelp): Step[] {
  const chain = new Chain(stages);
  const forcedFrom = from === undefined ? stages.length : stages.findIndex(({ name }) => name === from);
  return stages.map((stage, index) => ({
    name: stage.name,
    title: stage.title,
    async done() {
      if (index >= forcedFrom) return undefined;
      const fingerprint = await chain.at(index);
      const isDone = fingerprint !== undefined && (await journal.isDone(stage.name, fingerprint));
      return isDone && (await stage.isWhole?.()) !== false ? 'nothing it depends on has changed' : undefined;
    },
    async run(voice) {
      // Taken before: what changes while the stage runs is not in what it makes.
      const before = await chain.at(index);
      await journal.begin(stage.name);
      const note = await stage.run(voice);
      chain.forgetAfter(index, before !== undefined);
      const fingerprint = await chain.at(index);
      if (fingerprint !== undefined) await journal.finish(stage.name, fingerprint, now());
      return note;
    },
  }));
}
