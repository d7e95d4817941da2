import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../../../trees/embedded/package', import.meta.url));

/** What a program said, as the tables record it. */
export interface Answer {
  exit: number | null;
  stdout: string;
  stderr: string;
}

/** Files by their absolute path on the device. */
export type Files = Readonly<Record<string, string>>;

/**
 * The uci command and functions.sh in a scratch directory that stands for the device's root: the absolute paths in
 * the scripts are moved below it, and PATH holds Busybox's applets and flock alone, so that no GNU tool helps out.
 */
export class UciSandbox {
  readonly root = mkdtempSync(join(tmpdir(), 'otb-uci-'));

  constructor() {
    const programs = join(this.root, 'bin');
    mkdirSync(programs);
    const busybox = whereIs('busybox');
    for (const applet of spawnSync(busybox, ['--list'], { encoding: 'utf8' }).stdout.trim().split('\n'))
      symlinkSync(busybox, join(programs, applet));
    rmSync(join(programs, 'flock'), { force: true });
    symlinkSync(whereIs('flock'), join(programs, 'flock'));
    cpSync(join(packages, 'system/uci/files/lib'), join(this.root, 'lib/uci'), { recursive: true });
    this.#install('system/uci/files/uci', '/sbin/uci', ['/lib/uci', '/etc/config', '/tmp/.uci']);
    this.#install('base-files/files/lib/functions.sh', '/lib/functions.sh', [
      '/lib/',
      '/sbin/uci',
      '/etc/uci-defaults',
    ]);
    this.#install('base-files/files/lib/config/uci.sh', '/lib/config/uci.sh', ['/sbin/uci', '/var/state']);
  }

  /** Copies a script, with those of its paths that belong to the device moved below the root. */
  #install(source: string, target: string, paths: readonly string[]): void {
    let text = readFileSync(join(packages, source), 'utf8');
    for (const path of paths) text = text.replaceAll(new RegExp(`(?<![\\w/}])${path}`, 'g'), this.root + path);
    mkdirSync(dirname(this.root + target), { recursive: true });
    writeFileSync(this.root + target, text, { mode: 0o755 });
  }

  /** Empties the device and puts these files on it. */
  reset(files: Files): void {
    for (const directory of ['etc', 'tmp', 'var', 'usr'])
      rmSync(join(this.root, directory), { recursive: true, force: true });
    for (const directory of ['etc/config', 'tmp/x', 'var']) mkdirSync(join(this.root, directory), { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(this.root + path), { recursive: true });
      writeFileSync(this.root + path, text);
    }
  }

  /** Runs a program with the sandbox's PATH; `{root}` in arguments and input stands for the root. */
  run(program: string, args: readonly string[], input = ''): Answer {
    const place = (text: string): string => text.replaceAll('{root}', this.root);
    const child = spawnSync(program.startsWith('/') ? this.root + program : program, args.map(place), {
      input: place(input),
      encoding: 'utf8',
      env: { PATH: join(this.root, 'bin') },
    });
    return { exit: child.status, stdout: child.stdout, stderr: child.stderr };
  }

  uci(...args: string[]): Answer {
    return this.run('/sbin/uci', args);
  }

  /** Every file below the directories that uci may touch. */
  files(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const directory of ['/etc/config', '/tmp'])
      for (const entry of readdirSync(this.root + directory, { recursive: true, withFileTypes: true }))
        if (entry.isFile()) {
          const path = join(entry.parentPath, entry.name);
          found[path.slice(this.root.length)] = readFileSync(path, 'utf8');
        }
    return found;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

function whereIs(program: string): string {
  const found = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
  if (found === '') throw new Error(`no ${program} on PATH`);
  return found;
}
