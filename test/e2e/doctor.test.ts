import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { finished, lackingMachine, shellEnvironment, type LackingMachine } from '../support/hidden-programs.js';
import { describeWith, root } from '../support/needs.js';
import { documentOf, otb } from '../support/otb.js';

interface DoctorDocument {
  areas: string[];
  checks: { name: string; verdict: string; reason: string; areas: string[] }[];
  missing: string[];
  install: { manager: string; packages: string[]; command: string } | null;
}

describe('otb doctor', () => {
  it('answers as JSON, with an exit code that agrees with it', async () => {
    const run = await otb(['doctor', 'provision', '--json']);
    const document = documentOf(run) as unknown as DoctorDocument;
    expect(document).toMatchObject({ schemaVersion: 1, areas: ['provision'] });
    expect(document.checks.map(({ name }) => name)).toEqual(['ssh', 'ssh-keygen']);
    expect(run.exitCode).toBe(document.missing.length === 0 ? 0 : 3);
  });

  it('looks at every area but the tests when none is named', async () => {
    const document = documentOf(await otb(['doctor', '--json'])) as unknown as DoctorDocument;
    expect(document.areas).toEqual(['build', 'flash', 'provision', 'lab']);
    expect(new Set(document.checks.flatMap(({ areas }) => areas))).toEqual(new Set(document.areas));
    expect(document.checks.length).toBeGreaterThan(40);
  });

  it('refuses an area that it does not know', async () => {
    const run = await otb(['doctor', 'bild']);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toBe('error: there is no area "bild"\nTake one of: build, flash, provision, lab, test.\n');
  });
});

describeWith([root], 'otb doctor on a machine that lacks a program', () => {
  let machine: LackingMachine | undefined;
  afterEach(() => {
    machine?.remove();
  });
  const ran = () => {
    const log = join(machine!.directory, 'bin', 'apt-get.log');
    return existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
  };
  const installed = () => ran().filter((line) => line.startsWith('install '));

  it('says what is missing, and the line to paste, and runs nothing', async () => {
    machine = lackingMachine('exit 1');
    const run = await machine.otb(['doctor', 'flash']);
    expect(run).toMatchObject({ exitCode: 3, stderr: '' });
    expect(run.stdout).toMatch(/^lsblk +missing +install util-linux: lsblk is not installed; lists disks$/m);
    expect(run.stdout).toMatch(/\n {2}apt-get install --no-install-recommends -y .*\butil-linux\b.*\n$/);
    expect(ran()).toEqual([]);
  });

  it('installs with --fix, looks again, and is content', async () => {
    machine = lackingMachine('case $1 in install) umount /usr/bin/lsblk; echo "Setting up util-linux" ;; esac');
    const run = await machine.otb(['doctor', 'flash', '--fix', '--json']);
    const document = documentOf(run) as unknown as DoctorDocument;
    expect(installed()).toHaveLength(1);
    expect(installed()[0]).toMatch(/^install --no-install-recommends -y .* util-linux$/);
    expect(document.checks.find(({ name }) => name === 'lsblk')).toMatchObject({ verdict: 'ok' });
    expect(document.missing).not.toContain('lsblk');
    for (const line of run.stderr.trimEnd().split('\n'))
      expect(() => {
        JSON.parse(line);
      }, line).not.toThrow();
  });

  it('reports what is missing still after an apt that claims to have installed it', async () => {
    machine = lackingMachine('exit 0');
    const run = await machine.otb(['doctor', 'flash', '--fix', '--json']);
    expect(run.exitCode).toBe(3);
    expect(documentOf(run)).toMatchObject({ missing: expect.arrayContaining(['lsblk']) as string[] });
  });

  it("fails with apt's own last lines", async () => {
    machine = lackingMachine(
      'case $1 in install) echo "Reading package lists..."; echo "E: the disk is full" >&2; exit 100 ;; esac',
    );
    const run = await machine.otb(['doctor', 'flash', '--fix']);
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(run.stderr).toContain(
      'Reading package lists...\nE: the disk is full\nerror: apt-get install ended with 100\n',
    );
  });

  it('waits for another apt to let go of its lock', async () => {
    machine = lackingMachine(
      'case $1 in install) if [ -e "$0.second" ]; then umount /usr/bin/lsblk; else touch "$0.second"; ' +
        'echo "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4711 (aptitude)" >&2; exit 100; fi ;; esac',
    );
    const run = await machine.otb(['doctor', 'flash', '--fix']);
    expect(installed()).toHaveLength(2);
    expect(run.stderr).toContain("process 4711 (aptitude) holds apt's lock; waiting for up to 5 minutes\n");
    expect(run.stdout).not.toContain('lsblk');
  });

  it('shows the commands under --dry-run, and runs none', async () => {
    machine = lackingMachine('exit 1');
    const run = await machine.otb(['doctor', 'flash', '--fix', '--dry-run']);
    expect(run.exitCode).toBe(3);
    expect(run.stderr).toMatch(/^ +apt-get install --no-install-recommends -y .*\butil-linux\b.*$/m);
    expect(ran()).toEqual([]);
  });

  it('runs nothing when nothing is missing', async () => {
    machine = lackingMachine('exit 1');
    expect((await machine.otb(['doctor', 'provision', '--fix'])).exitCode).toBe(0);
    expect(ran()).toEqual([]);
  });

  /** Runs otb there behind another command that begins it. */
  async function otbBehind(words: readonly string[], args: readonly string[]) {
    const command = machine!.command(args);
    const place = command.indexOf(process.execPath);
    const [file = '', ...rest] = [...command.slice(0, place), ...words, ...command.slice(place)];
    const env = shellEnvironment(machine!.directory);
    return finished(spawn(file, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  it('names the command with sudo to an ordinary user, and runs nothing', async () => {
    machine = lackingMachine('exit 1');
    chmodSync(machine.directory, 0o755);
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const run = await otbBehind(nobody, ['doctor', 'flash', '--fix']);
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(run.stderr).toMatch(/\nRun: sudo apt-get install --no-install-recommends -y .*\butil-linux\b/);
    expect(ran()).toEqual([]);
  });

  it("gives what it runs the umask 022, whatever the user's is, and warns of it", async () => {
    machine = lackingMachine('umask >"$0.umask"; umount /usr/bin/lsblk');
    const run = await otbBehind(['sh', '-c', 'umask 077; "$@"', 'sh'], ['doctor', 'flash', '--fix']);
    expect(run.stdout).not.toContain('lsblk');
    expect(readFileSync(join(machine.directory, 'bin', 'apt-get.umask'), 'utf8')).toBe('0022\n');
    const other = await otbBehind(['sh', '-c', 'umask 077; "$@"', 'sh'], ['doctor', 'build', '--json']);
    const { checks } = documentOf(other) as unknown as DoctorDocument;
    expect(checks.find(({ name }) => name === 'umask')).toMatchObject({ verdict: 'warning' });
  });
});
