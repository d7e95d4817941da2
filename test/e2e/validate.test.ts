import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf, otb, repositoryPath } from '../support/otb.js';

const fixtures = join(repositoryPath, 'test/fixtures/config');
const bad = 'version: 1\nbiuld: {}\nbuild:\n  output: 1234\n';
let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'otb-validate-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** Writes a file into the test's directory and validates it there, by its bare name. */
async function validate(
  name: string,
  content: string | Uint8Array,
  args: readonly string[] = [],
  env: Record<string, string> = {},
) {
  await writeFile(join(directory, name), content);
  return otb(['validate', name, ...args], { cwd: directory, env });
}

describe('otb validate', () => {
  it('says that a file is valid, and what it is about', async () => {
    const run = await otb(['validate', join(fixtures, 'full.yaml')]);
    expect(run).toEqual({
      exitCode: 0,
      stdout: `${join(fixtures, 'full.yaml')} is valid: recipe openwrt, gateway paris, 2 devices, 5 WANs\n`,
      stderr: '',
    });
  });

  it('tells every problem with its line and a caret, and exits with 2', async () => {
    const run = await validate('bad.yaml', bad);
    expect(run).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: [
        'bad.yaml:2:1: biuld: there is no such section; did you mean "build"?',
        '  2 | biuld: {}',
        '    | ^',
        '',
        'bad.yaml:4:11: build.output: expected text, this is the number 1234; put it in quotes: "1234"',
        '  4 |   output: 1234',
        '    |           ^',
        '',
        'error: bad.yaml has 2 problems',
        '',
      ].join('\n'),
    });
  });

  it('is one document with --json, valid or not', async () => {
    const good = await otb(['validate', '--json', join(fixtures, 'minimal.yaml')]);
    expect(documentOf(good)).toEqual({ schemaVersion: 1, valid: true, problems: [] });
    const run = await validate('bad.yaml', bad, ['--json']);
    expect(run.exitCode).toBe(2);
    const problem = {
      file: 'bad.yaml',
      line: 4,
      column: 11,
      path: 'build.output',
      message: 'expected text, this is the number 1234',
      hint: 'put it in quotes: "1234"',
    };
    expect(documentOf(run)).toMatchObject({
      schemaVersion: 1,
      valid: false,
      problems: [{ line: 2 }, problem],
      error: { code: 'usage', message: 'bad.yaml has 2 problems' },
    });
  });

  it('makes an annotation of each problem in GitHub Actions', async () => {
    const { stderr } = await validate('bad.yaml', bad, [], { GITHUB_ACTIONS: 'true' });
    expect(stderr.split('\n').filter((line) => line.startsWith('::error'))).toEqual([
      '::error file=bad.yaml,line=2,col=1::biuld: there is no such section; did you mean "build"?',
      '::error file=bad.yaml,line=4,col=11::build.output: expected text, this is the number 1234; put it in quotes: "1234"',
    ]);
  });

  it('prints what is in force with --show, which is valid itself, and no secret', async () => {
    const run = await otb(['validate', '--show', join(fixtures, 'full.yaml')]);
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('pin:\n          env: LTE_PIN\n');
    const again = await validate('shown.yaml', run.stdout, ['--show']);
    expect(again.stdout).toBe(run.stdout);
  });

  it('takes the file of --config, and otb.yaml by itself', async () => {
    await writeFile(join(directory, 'otb.yaml'), 'version: 1\n');
    expect((await otb(['validate'], { cwd: directory })).stdout).toBe(
      'otb.yaml is valid: recipe openwrt, no gateway, 0 devices, 0 WANs\n',
    );
    expect((await otb(['validate', '--config', 'bad.yaml'], { cwd: directory })).exitCode).toBe(2);
  });
});

describe('a file that is none', () => {
  it.each([
    ['missing', 'error: there is no missing.yaml\n`otb init` writes one; `--config FILE` names another.\n'],
    ['directory', 'error: cannot read directory.yaml: it is a directory, not a file\nName a file in it.\n'],
    [
      'below-a-file',
      'error: cannot read plain.yaml/otb.yaml: a part of its path is a file, not a directory\nCheck the path.\n',
    ],
    ['circle', 'error: cannot read circle.yaml: its symbolic links go round in a circle\nCheck the links.\n'],
    ['large', 'error: cannot read large.yaml: it is larger than 1024 KiB\nIs this the right file?\n'],
    ['utf16', 'error: cannot read utf16.yaml: it is UTF-16\nSave it as UTF-8.\n'],
    ['latin1', 'error: latin1.yaml:2:11: it is not UTF-8: the byte 0xe9 cannot stand here\nSave the file as UTF-8.\n'],
  ])('%s', async (kind, stderr) => {
    const path = kind === 'below-a-file' ? 'plain.yaml/otb.yaml' : `${kind}.yaml`;
    await writeFile(join(directory, 'plain.yaml'), '');
    if (kind === 'directory') await mkdir(join(directory, path));
    if (kind === 'circle') await symlink(path, join(directory, path));
    if (kind === 'large') await writeFile(join(directory, path), '#'.repeat(1024 * 1024 + 1));
    if (kind === 'utf16') await writeFile(join(directory, path), Buffer.from('\ufeffversion: 1\n', 'utf16le'));
    if (kind === 'latin1')
      await writeFile(
        join(directory, path),
        Buffer.from('version: 1\n# über: \xe9\n'.replace('über', 'uber'), 'latin1'),
      );
    expect(await otb(['validate', path], { cwd: directory })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: kind === 'latin1' ? stderr.replace('2:11', '2:9') : stderr,
    });
  });

  // Root may read everything, so the file is read as somebody else.
  it.skipIf(process.getuid?.() === 0)('unreadable', async () => {
    await writeFile(join(directory, 'closed.yaml'), 'version: 1\n');
    await chmod(join(directory, 'closed.yaml'), 0);
    const run = await otb(['validate', 'closed.yaml'], { cwd: directory });
    expect(run).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        'error: cannot read closed.yaml: permission denied\nLet your user read it (chmod u+r), or name another file.\n',
    });
  });
});

describe('a file that means harm', () => {
  it('is refused with its place, quickly and without a stack trace', async () => {
    const bomb = `version: 1\nx-a: &a [${'1, '.repeat(50)}]\n${Array.from('bcdefghij')
      .map((name, index) => `x-${name}: &${name} [${`*${'abcdefghi'.charAt(index)}, `.repeat(50)}]\n`)
      .join('')}`;
    for (const [content, words] of [
      [bomb, 'the aliases add more than 100000 values'],
      ['['.repeat(1_000_000), 'nested more than 100 levels deep'],
      ['{a: '.repeat(200_000), 'nested more than 100 levels deep'],
      ['version: 1\u0000\n', 'a control character (U+0000)'],
      ['', 'the file is empty'],
    ] as const) {
      const run = await validate('harm.yaml', content);
      expect([run.exitCode, run.stdout]).toEqual([2, '']);
      expect(run.stderr).toContain(words);
      expect(run.stderr).not.toMatch(/\n {4}at |RangeError|node:internal/);
    }
  });

  it('of a mebibyte is checked whole', async () => {
    const line = '    - this is no package\n';
    const text = `version: 1\nbuild:\n  packages:\n${line.repeat(Math.floor((1024 * 1024 - 40) / line.length))}`;
    const run = await validate('large-enough.yaml', text);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/and \d{5} more problems up to here/);
  });
});
