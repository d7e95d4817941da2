import { packageOfDirectory } from './make-lines.js';

/** More is forgotten, oldest first: no build has so many packages. */
const mostRemembered = 20_000;

/** `time:` comes at once when make has left a directory; a few lines of other jobs may stand between. */
const nearby = 10;

interface Place {
  /** The package in the tree's words, or the directory itself where that is not known yet. */
  name: string;
  line: number;
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > mostRemembered) map.delete(map.keys().next().value ?? '');
}

/** Which packages make is in, as far as its output tells. */
export class Activity {
  readonly #open = new Map<string, Place>();
  readonly #entered = new Map<string, number>();
  readonly #names = new Map<string, string>();
  readonly #started: string[] = [];
  #left: { directory: string; name: string; line: number; leftAt: number }[] = [];
  #root: string | undefined;
  /** Whether two packages were open at once. */
  isParallel = false;

  enter(directory: string, level: number, line: number): void {
    // Level 1 is the tree itself; what lies below a package's directory belongs to the package.
    if (level < 2) this.#root ??= directory;
    if (level < 2 || directory === this.#root || directory.includes('/build_dir/')) return;
    const name = this.#names.get(directory) ?? packageOfDirectory(directory) ?? directory;
    if (this.#open.has(directory)) return;
    remember(this.#open, directory, { name, line });
    remember(this.#entered, name, line);
    if (new Set([...this.#open.values()].map((place) => place.name).filter((one) => /^(?:package|tools)\//.test(one))).size > 1)
      this.isParallel = true;
  }

  leave(directory: string, line: number): void {
    const place = this.#open.get(directory);
    if (!place) return;
    this.#open.delete(directory);
    this.#left = [{ directory, ...place, leftAt: line }, ...this.#left].slice(0, 8);
  }

  /** Without `V=s`: make goes into a package's directory and does not say when it leaves. */
  start(path: string): void {
    this.#started.push(path);
    if (this.#started.length > 16) this.#started.shift();
  }

  /** A package's target is done: the directory that was left last and has no name yet is the package's. */
  finish(path: string, line: number): void {
    // A package with variants finishes as `package/libs/ustream-ssl/mbedtls`.
    if (this.#entered.has(path) || this.#entered.has(path.slice(0, path.lastIndexOf('/')))) return;
    const place = this.#left.find(({ name, leftAt }) => name.startsWith('/') && line - leftAt < nearby);
    if (!place) return;
    remember(this.#names, place.directory, path);
    remember(this.#entered, path, place.line);
  }

  /** The package of a directory, as far as it is known. */
  packageOf(directory: string): string | undefined {
    return this.#names.get(directory) ?? packageOfDirectory(directory);
  }

  /** All the names under which a package may have been open: its own, and directories outside of the tree. */
  namesOf(path: string): ReadonlySet<string> {
    return new Set([path, ...[...this.#names].filter(([, name]) => name === path).map(([directory]) => directory)]);
  }

  /** Where make went into the package last; undefined when the log does not show it. */
  enteredAt(path: string): number | undefined {
    return this.#entered.get(path);
  }

  /** The packages make is in now. */
  get open(): readonly string[] {
    return [...this.#open.values()].map(({ name }) => name).slice(-32);
  }

  /** Without `V=s`: the packages begun last, the latest first. */
  get started(): readonly string[] {
    return [...new Set(this.#started.toReversed())];
  }
}
