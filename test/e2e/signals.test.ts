import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { finished, lackingMachine, shellEnvironment, type LackingMachine } from '../support/hidden-programs.js';
import { describeWith, program, root } from '../support/needs.js';
import { documentOf, type OtbRun } from '../support/otb.js';
import { processesWith, uniqueWord, until } from '../support/processes.js';

const terminalPath = fileURLToPath(new URL('../support/on-terminal.py', import.meta.url));
const eachPlace = [
  ['json', ['--json']],
  ['plain', []],
] as const;

describeWith([root], 'signals', () => {
  let machine: LackingMachine | undefined;
  let word = '';
  afterEach(() => {
    for (const pid of processesWith(word)) process.kill(pid, 'SIGKILL');
    machine?.remove();
  });

  /** An apt-get that never ends, with a child of its own; `trap` says how it takes signals. */
  function slowApt(trap: string): LackingMachine {
    word = uniqueWord();
    const idle = `sh -c '${trap}\nwhile :; do sleep 0.2; done' ${word}`;
    return (machine = lackingMachine(`${trap}\n${idle} & echo installing; ${idle}`));
  }

  /** Starts `otb doctor --fix`, and sends the signals once apt is at work. */
  async function interrupt(signals: readonly NodeJS.Signals[], args: readonly string[] = []): Promise<OtbRun> {
    const [file = '', ...rest] = machine!.command(['doctor', 'flash', '--fix', ...args]);
    const child = spawn(file, rest, { env: shellEnvironment(machine!.directory), stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = finished(child);
    await until('apt is at work', () => processesWith(word).length >= 2);
    for (const name of signals) {
      child.kill(name);
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
    return ended;
  }

  it.each([
    ['SIGINT', 130, 'interrupted'],
    ['SIGTERM', 143, 'terminated'],
    ['SIGHUP', 143, 'terminated'],
  ] as const)('%s ends everything: exit %d', async (name, exitCode, code) => {
    slowApt(':');
    const run = await interrupt([name], ['--json']);
    expect(run.exitCode).toBe(exitCode);
    expect(documentOf(run)).toMatchObject({ error: { code } });
    expect(processesWith(word)).toEqual([]);
  });

  it('says at once that it heard', async () => {
    slowApt(':');
    const run = await interrupt(['SIGINT']);
    expect(run.stderr).toContain('Stopping… (Ctrl-C again stops at once)\n');
    expect(run.stderr.endsWith('error: interrupted\n')).toBe(true);
  });

  it('ends an apt that ignores signals, and all it started, within 15 s', async () => {
    slowApt('trap "" INT TERM HUP');
    const begun = performance.now();
    const run = await interrupt(['SIGINT']);
    expect(run.exitCode).toBe(130);
    expect(processesWith(word)).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(60_000);
  });

  it.each(eachPlace)('a second Ctrl-C is immediate (%s)', async (_name, args) => {
    slowApt('trap "" INT TERM HUP');
    const run = await interrupt(['SIGINT', 'SIGINT'], args);
    expect(run.exitCode).toBe(130);
    await until('all are gone', () => processesWith(word).length === 0, 3000);
  });

  describeWith([program('python3')], 'on a terminal', () => {
    async function onTerminal(presses: readonly string[]): Promise<OtbRun> {
      const keys = presses.flatMap((pattern) => ['--ctrl-c-after', pattern]);
      const command = machine!.command(['doctor', 'flash', '--fix']);
      const child = spawn('python3', [terminalPath, ...keys, '--', ...command], {
        env: shellEnvironment(machine!.directory),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      return finished(child);
    }
    const isCursorShown = ({ stdout }: OtbRun) => {
      expect(stdout).toContain('\u001b[?25l');
      return stdout.lastIndexOf('\u001b[?25h') > stdout.lastIndexOf('\u001b[?25l');
    };

    it('Ctrl-C ends it and leaves the cursor shown', async () => {
      slowApt(':');
      const run = await onTerminal(['installing']);
      expect(run.exitCode).toBe(130);
      expect(isCursorShown(run)).toBe(true);
      expect(run.stdout).toContain('Stopping…');
      expect(processesWith(word)).toEqual([]);
    });

    it('a second Ctrl-C leaves the cursor shown, too', async () => {
      slowApt('trap "" INT TERM HUP');
      const run = await onTerminal(['installing', 'Stopping…']);
      expect(run.exitCode).toBe(130);
      expect(isCursorShown(run)).toBe(true);
      await until('all are gone', () => processesWith(word).length === 0, 3000);
    });

    it('draws a task a stage, with its time and the last line of what runs', async () => {
      machine = lackingMachine(
        'case $1 in install) echo "Unpacking util-linux"; sleep 2; umount /usr/bin/lsblk ;; esac',
      );
      const run = await onTerminal([]);
      expect(run.stdout).toContain('Unpacking util-linux');
      expect(run.stdout).toMatch(/Install [^\r\n]*util-linux: \d+ packages? \[(?!0\.0)[\d.:]+(?: s)?\]/);
      expect(isCursorShown(run)).toBe(true);
      expect(readFileSync(join(machine.directory, 'bin', 'apt-get.log'), 'utf8')).toContain('install');
    });
  });
});
