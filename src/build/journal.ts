import type { TreeFiles } from '../effects/tree-files.js';

/** What a stage was made from when it was last done. */
interface Entry {
  /** Hash over everything that the stage, and the stages before it, depend on. */
  fingerprint: string;
  /** ISO 8601. */
  finishedAt: string;
}

type Entries = Partial<Record<string, Entry>>;

function isEntries(value: unknown): value is Entries {
  return typeof value === 'object' && value !== null && Object.values(value).every((entry) => typeof (entry as Entry | null)?.fingerprint === 'string');
}

function parseEntries(text: string | undefined): Entries {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return isEntries(value) ? value : {};
  } catch {
    // A journal that cannot be read says that nothing is done, and nothing is lost but time.
    return {};
  }
}

/**
 * Which stages of a build are done, and from what: a file in the build's directory. It is written before a stage begins
 * and after it has ended, so that whatever kills a build, the next one goes on where it stopped.
 */
export class Journal {
  readonly #files: TreeFiles;
  readonly #path: string;
  readonly #order: readonly string[];

  /** @param order the names of all stages: one that begins takes back those behind it */
  constructor(files: TreeFiles, path: string, order: readonly string[]) {
    this.#files = files;
    this.#path = path;
    this.#order = order;
  }

  /** True when the stage was done from just this. */
  async isDone(stage: string, fingerprint: string): Promise<boolean> {
    return (await this.#read())[stage]?.fingerprint === fingerprint;
  }

  /** The stage is about to change what it makes: it, and what was made from it, is no longer done. */
  async begin(stage: string): Promise<void> {
    const before = this.#order.slice(0, this.#order.indexOf(stage));
    const entries = await this.#read();
    const kept = Object.fromEntries(Object.entries(entries).filter(([name]) => before.includes(name)));
    if (Object.keys(kept).length !== Object.keys(entries).length) await this.#write(kept);
  }

  /** The stage is done. */
  async finish(stage: string, fingerprint: string, now: Date): Promise<void> {
    await this.#write({ ...(await this.#read()), [stage]: { fingerprint, finishedAt: now.toISOString() } });
  }

  async #read(): Promise<Entries> {
    return parseEntries(await this.#files.readText(this.#path));
  }

  async #write(entries: Entries): Promise<void> {
    await this.#files.writeText(this.#path, `${JSON.stringify(entries, null, 2)}\n`);
  }
}
