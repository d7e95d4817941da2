import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { otbPath, type OtbRun } from './otb.js';

/** A program that every Debian has and `otb doctor flash` looks for. It is hidden in the tests' own mount namespace. */
const hiddenProgram = '/usr/bin/lsblk';

/** A machine that lacks lsblk, with an `apt-get` of the test's own. The real machine stays as it is. */
export interface LackingMachine {
  /** Where the false apt-get is; what it writes to `$0.log` is a file beside it. */
  directory: string;
  /** A command to spawn: otb there, with these arguments. */
  command(args: readonly string[]): readonly string[];
  /** Runs otb there to its end. */
  otb(args: readonly string[], env?: Record<string, string>): Promise<OtbRun>;
  remove(): void;
}

/** Ends otb's run with what it said. */
export async function finished(child: ChildProcess): Promise<OtbRun> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stdout, stderr };
}

/** The environment of a person's shell with the false apt-get first in PATH. */
export function shellEnvironment(directory: string, env: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { CI: _ci, GITHUB_ACTIONS: _github, NO_COLOR: _color, ...inherited } = process.env;
  return { ...inherited, TERM: 'xterm-256color', ...env, PATH: `${directory}/bin:${process.env['PATH'] ?? ''}` };
}

/**
 * Makes such a machine.
 *
 * @param apt the body of the false apt-get, a shell script; `umount /usr/bin/lsblk` is how it "installs"
 */
export function lackingMachine(apt: string): LackingMachine {
  const directory = mkdtempSync(join(tmpdir(), 'otb-lacking-'));
  mkdirSync(join(directory, 'bin'));
  const program = join(directory, 'bin', 'apt-get');
  writeFileSync(program, `#!/bin/sh\necho "$*" >>"$0.log"\n${apt}\n`);
  chmodSync(program, 0o755);
  const script = `mount --bind /dev/null ${hiddenProgram} && exec "$@"`;
  const command = (args: readonly string[]) => [
    'unshare',
    '--mount',
    '--propagation',
    'private',
    'sh',
    '-c',
    script,
    'sh',
    process.execPath,
    otbPath,
    ...args,
  ];
  return {
    directory,
    command,
    otb(args, env) {
      const [file = '', ...rest] = command(args);
      return finished(spawn(file, rest, { env: shellEnvironment(directory, env), stdio: ['ignore', 'pipe', 'pipe'] }));
    },
    remove() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
