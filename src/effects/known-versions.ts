import { readFile, realpath, stat, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { cacheDirectory } from './cache-directory.js';
import { replaceFile } from './replace-file.js';

const known = z.record(z.string(), z.string());

/** What a program's file is now: another version is another file. Undefined when it cannot be looked at. */
async function markOf(path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path);
    const { size, mtimeMs, ctimeMs, ino, dev } = await stat(real);
    return [real, size, mtimeMs, ctimeMs, ino, dev].join(' ');
  } catch {
    return undefined;
  }
}

/**
 * What programs said when they were asked for their version, so that they are not started for it each time: starting a
 * dozen of them costs more than all else of looking at a machine. It is a cache: whatever goes wrong with it, they are
 * asked.
 */
export class KnownVersions {
  readonly #path: string;
  readonly #before: Readonly<Record<string, string>>;
  readonly #now: Record<string, string> = {};
  #isChanged = false;

  private constructor(path: string, before: Readonly<Record<string, string>>) {
    this.#path = path;
    this.#before = before;
  }

  static async open(path = `${cacheDirectory(process.env)}/versions.json`): Promise<KnownVersions> {
    try {
      return new KnownVersions(path, known.parse(JSON.parse(await readFile(path, 'utf8'))));
    } catch {
      return new KnownVersions(path, {});
    }
  }

  /** What the program said, or says now. An empty answer is not remembered. */
  async of(program: string, ask: () => Promise<string>): Promise<string> {
    const mark = await markOf(program);
    const before = mark === undefined ? undefined : this.#before[mark];
    const answer = before ?? (await ask());
    if (mark !== undefined && answer !== '') this.#now[mark] = answer;
    this.#isChanged ||= before === undefined && answer !== '';
    return answer;
  }

  /** Remembers what was asked this time, and forgets files that are gone. */
  async save(): Promise<void> {
    if (!this.#isChanged) return;
    const text = JSON.stringify(this.#now, undefined, 2);
    await replaceFile(this.#path, (part) => writeFile(part, `${text}\n`)).catch(() => undefined);
  }
}
