import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/core/exit-codes.js';
import { finished } from '../support/hidden-programs.js';
import { documentOf, otb, otbPath, repositoryPath } from '../support/otb.js';

// eslint-disable-next-line no-control-regex -- what must not be there
const escape = /\u001b/;

/** The names in the list of commands that a help text has. */
function commandsIn(help: string): string[] {
  const [, list = ''] = /^Commands:\n((?: {2}.*\n)+)/m.exec(help) ?? [];
  return list.split('\n').flatMap((line) => /^ {2}([a-z-]+)/.exec(line)?.[1] ?? []);
}

const commands = commandsIn((await otb(['--help'])).stdout);
const ownCommands = commands.filter((name) => name !== 'help');

describe('the help', () => {
  it('lists every command', () => {
    expect(commands).toEqual(expect.arrayContaining(['init', 'validate', 'schema', 'doctor', 'build', 'help']));
  });

  it.each(['--help', '-h'])('is at hand for %s as the grammar has it', async (option) => {
    expect(await otb([option])).toEqual(await otb(['help']));
  });

  it.each(commands)('%s: what it is for, and two examples that name it', async (name) => {
    const run = await otb([name, '--help']);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout.split('\n')[0]).toMatch(new RegExp(`^Usage: otb ${name}\\b`));
    const examples = run.stdout.split('\n').filter((line) => line.startsWith(`  $ otb ${name}`));
    expect(examples.length).toBeGreaterThanOrEqual(2);
    expect((await otb(['help', name])).stdout).toBe(run.stdout);
    expect(run.stdout).not.toMatch(escape);
  });

  it('prints every exit code, with its number', async () => {
    const { stdout, exitCode } = await otb(['help', 'exit-codes']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => /^ *(\d+) {2}(.+)$/.exec(line)?.slice(1));
    expect(exitCode).toBe(0);
    expect(lines).toEqual(Object.values(exitCodes).map(({ number, meaning }) => [String(number), meaning]));
  });

  it('prints the version', async () => {
    const { version } = JSON.parse(readFileSync(join(repositoryPath, 'package.json'), 'utf8')) as { version: string };
    expect(await otb(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
    expect(await otb(['--no-color', '--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('wrong usage', () => {
  it.each([
    [[], 'no command was given'],
    [['doctr'], "unknown command 'doctr' (Did you mean doctor?)"],
    [['xyzzy'], "unknown command 'xyzzy'"],
    [['doctor', '--fxi'], "unknown option '--fxi' (Did you mean --fix?)"],
    [['--jsn', 'doctor'], "unknown option '--jsn' (Did you mean --json?)"],
    [['doctor', 'build', 'flash'], "too many arguments for 'doctor'. Expected 1 argument but got 2."],
    [['doctor', '--config'], "option '--config <file>' argument missing"],
    [['help', 'doctr'], 'there is no help for "doctr"'],
  ])('%j: exit 2, and what is wrong', async (args, message) => {
    const run = await otb(args);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr.replaceAll('\n', ' ')).toBe(`error: ${message} See \`otb --help\`. `);
  });

  it('never runs what it suggests', async () => {
    const run = await otb(['schem']);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('schema');
    expect(run.stdout).toBe('');
  });
});

describe('--json', () => {
  it.each(ownCommands)('%s answers a failure as JSON on stdout, and as JSON lines on stderr', async (name) => {
    const run = await otb([name, '--json', '--no-such-option']);
    expect(run.exitCode).toBe(2);
    const document = documentOf(run);
    const error = { code: 'usage', message: "unknown option '--no-such-option'", hint: 'See `otb --help`.' };
    expect(document).toEqual({ schemaVersion: 1, error });
    expect(
      run.stderr
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([{ type: 'failed', error }]);
  });

  describe('on success', () => {
    let directory: string;
    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), 'otb-cli-'));
      await otb(['init', '--no-input'], { cwd: directory });
    });
    afterAll(() => {
      rmSync(directory, { recursive: true });
    });

    /** A short way to success for every command. */
    const ways: Record<string, readonly string[]> = {
      init: ['init', '--no-input', '--force'],
      validate: ['validate'],
      schema: ['schema'],
      build: ['build', '--list'],
      keys: ['keys', 'build', '--directory', 'new-keys'],
      flash: ['flash'],
      demo: ['demo', '--dry-run'],
      doctor: ['doctor', 'provision'],
    };

    it('has a way for every command', () => {
      expect(Object.keys(ways).sort()).toEqual(ownCommands.toSorted());
    });

    it.each(Object.entries(ways))('%s', async (_name, words) => {
      const run = await otb([...words, '--json'], { cwd: directory });
      expect(run.exitCode, run.stderr).toBe(0);
      expect(run.stdout.trimEnd().split('\n')).toHaveLength(1);
      expect(documentOf(run)).toMatchObject({ schemaVersion: 1 });
      expect(run.stdout + run.stderr).not.toMatch(escape);
      for (const line of run.stderr.split('\n').filter((one) => one !== '')) {
        expect(JSON.parse(line)).toHaveProperty('type');
      }
    });
  });
});

describe('streams', () => {
  const start = (args: readonly string[]) =>
    spawn(process.execPath, [otbPath, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });

  it('does not mind a reader that goes away', async () => {
    const child = start(['--help']);
    child.stdout.destroy();
    expect(await finished(child)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('keeps its exit code when the reader of a failure goes away', async () => {
    const child = start(['doctor', '--json', '--nonsense']);
    child.stdout.destroy();
    child.stderr.destroy();
    expect((await finished(child)).exitCode).toBe(2);
  });

  it('works in a pipe that takes one line', async () => {
    const script = 'set -o pipefail; "$@" --help | head -1; echo "exit $?"';
    const child = spawn('bash', ['-c', script, 'bash', process.execPath, otbPath], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const run = await finished(child);
    expect(run.stdout).toMatch(/^Usage: otb .*\nexit 0\n$/);
    expect(run.stderr).toBe('');
  });

  it.each(['<&-', '</dev/null', '>&-', '2>&-', '<&- >&- 2>&-'])(
    'does not hang or crash with %s',
    async (redirection) => {
      const script = `"$@" ${redirection}; echo "exit $?" >&3`;
      const child = spawn('bash', ['-c', script, 'bash', process.execPath, otbPath, 'doctr'], {
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      });
      let answer = '';
      child.stdio[3]!.on('data', (data: Buffer) => (answer += data.toString()));
      await finished(child);
      expect(answer).toBe('exit 2\n');
    },
  );

  it('has no escape byte in it when it is no terminal, in CI neither, whatever the colours', async () => {
    for (const env of [{ FORCE_COLOR: '1' }, { CI: 'true' }, { GITHUB_ACTIONS: 'true' }, { TERM: 'dumb' }]) {
      const run = await otb(['doctor', 'provision', '--verbose'], { env });
      expect(run.stdout + run.stderr, JSON.stringify(env)).not.toMatch(escape);
    }
  });
});

describe('in GitHub Actions', () => {
  it('annotates a failure outside of the fence around its text', async () => {
    const run = await otb(['doctr'], { env: { GITHUB_ACTIONS: 'true' } });
    expect(run.exitCode).toBe(2);
    const [begin = '', ...lines] = run.stderr.trimEnd().split('\n');
    const [, fence] = /^::stop-commands::([0-9a-f-]{36})$/.exec(begin) ?? [];
    expect(fence).toBeDefined();
    expect(lines).toEqual([
      "error: unknown command 'doctr'",
      '(Did you mean doctor?)',
      'See `otb --help`.',
      `::${fence!}::`,
      "::error::unknown command 'doctr'%0A(Did you mean doctor?)",
    ]);
  });

  it('does not fail where the summary cannot be written', async () => {
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/no/such/directory/summary' };
    expect((await otb(['doctor', 'provision'], { env })).exitCode).toBe(0);
  });
});

it('says which Node it needs before it does anything', async () => {
  const preload = `data:text/javascript,Object.defineProperty(process.versions,"node",{value:"18.20.0"})`;
  const child = spawn(process.execPath, ['--import', preload, otbPath, '--version'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(await finished(child)).toEqual({
    exitCode: 3,
    stdout: '',
    stderr: 'otb: needs Node 20.19 or newer, this is 18.20.0; install one from nodejs.org\n',
  });
});
