import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf, otb, repositoryPath } from '../support/otb.js';

const fixtures = join(repositoryPath, 'test/fixtures/logs');
let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'otb-diagnose-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

function diagnose(log: string, args: readonly string[] = [], input?: string) {
  return otb(['build', 'diagnose', log, ...args], { cwd: directory, ...(input !== undefined && { input }) });
}

describe('otb build diagnose', () => {
  it('tells what failed, where, and what to do, and exits with 4', async () => {
    const log = join(fixtures, 'package-log.log');
    expect(await diagnose(log)).toEqual({
      exitCode: 4,
      stderr: '',
      stdout: `package/feeds/own/lonely: compile-error: a.c includes absent/absent.h, which is not there
  ${log}:3
    | /srv/tree/build_dir/target-x/lonely-1/a.c:1:10: fatal error: absent/absent.h: No such file or directory
    |     1 | #include <absent/absent.h>
    | compilation terminated.
    | make[3]: *** [Makefile:140: /srv/tree/build_dir/target-x/lonely-1/.built] Error 1
  It may be a race: build it alone, once: make package/feeds/own/lonely/{clean,compile} -j1 V=s

${log} shows 1 failure.
`,
    });
  });

  it('says so when the log shows success, and exits with 0', async () => {
    const log = join(fixtures, 'world-ok.log');
    expect(await diagnose(log)).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `warning: ${log}:2: package/utils/tool depends on libpam, which no feed has\n\n${log} shows success.\n`,
    });
  });

  it('is one document with --json, the same from stdin and from gzip', async () => {
    const log = join(fixtures, 'two-failures.log');
    const run = await diagnose(log, ['--json']);
    expect(run.exitCode).toBe(4);
    const document = documentOf(run);
    expect(document).toMatchObject({
      schemaVersion: 1,
      outcome: 'failed',
      omitted: 0,
      findings: [
        { package: 'package/libs/libone', kind: 'compile-error', line: 4, retry: 'alone' },
        { package: 'package/libs/libssl-glue', variant: 'mbed', line: 14 },
      ],
    });
    await writeFile(join(directory, 'two.log.gz'), gzipSync(readFileSync(log)));
    expect(documentOf(await diagnose('two.log.gz', ['--json']))).toEqual(document);
    expect(documentOf(await diagnose('-', ['--json'], readFileSync(log, 'utf8')))).toEqual(document);
  });

  it('knows neither success nor failure of another text', async () => {
    const run = await diagnose('-', [], 'a shopping list\nbread\n');
    expect(run).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: 'stdin shows neither success nor failure: nothing in it was recognised as the end of a build.\n',
    });
  });

  it("takes the user's remedies from otb.yaml", async () => {
    const yaml =
      'version: 1\nbuild:\n  remedies:\n    - name: absent\n      signature: absent/absent\\.h\n      commands: [[make, package/absent/compile]]\n';
    await writeFile(join(directory, 'remedies.yaml'), yaml);
    const run = await diagnose(join(fixtures, 'package-log.log'), ['--json', '--config', 'remedies.yaml']);
    expect(documentOf(run)).toMatchObject({ findings: [{ kind: 'known-signature', remedy: 'absent', line: 3 }] });
  });

  it('leaves `otb build RECIPE` as it is', async () => {
    const run = await otb(['build', 'no-such-recipe'], { cwd: directory });
    expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining('no-such-recipe')]);
    expect((await otb(['build', '--help'])).stdout).toMatch(/diagnose.*<log>/);
  });
});

describe('a log that is none', () => {
  it.each([
    ['missing.log', undefined, 'error: cannot read missing.log: there is no such file\nCheck the path.\n'],
    ['.', undefined, 'error: cannot read .: it is a directory, not a file\nName a file in it.\n'],
    ['empty.log', '', 'error: cannot read empty.log: it is empty\nName the log of a build.\n'],
    [
      'image.bin',
      Buffer.alloc(5000),
      'error: cannot read image.bin: it is no text\nName the log of a build, plain or gzip.\n',
    ],
    [
      'cut.log.gz',
      gzipSync('make\n'.repeat(1000)).subarray(0, 25),
      'error: cannot read cut.log.gz: it is no whole gzip file\nFetch it again.\n',
    ],
  ])('%s', async (name, content, stderr) => {
    if (content !== undefined) await writeFile(join(directory, name), content);
    expect(await diagnose(name)).toEqual({ exitCode: 2, stdout: '', stderr });
  });

  it.skipIf(process.getuid?.() === 0)('unreadable', async () => {
    await writeFile(join(directory, 'closed.log'), 'make\n');
    await chmod(join(directory, 'closed.log'), 0);
    expect(await diagnose('closed.log')).toMatchObject({ exitCode: 2, stdout: '' });
  });

  it('not named at all', async () => {
    const run = await otb(['build', 'diagnose']);
    expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining("missing required argument 'log'")]);
  });
});
