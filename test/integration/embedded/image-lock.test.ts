import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWith, program } from '../../support/needs.js';
import { repositoryPath } from '../../support/otb.js';

const script = join(repositoryPath, 'trees/embedded/package/utils/lock/files/lock');
let directory: string;
let file: string;

const lock = async (...args: string[]) =>
  execa('busybox', ['sh', script, ...args], { reject: false, timeout: 20_000, stdin: 'ignore' });

describeWith([program('busybox'), program('flock')], 'the lock command', () => {
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'otb-lock-'));
    file = join(directory, 'a.lock');
  });
  afterEach(async () => {
    await lock('-u', file);
    rmSync(directory, { recursive: true, force: true });
  });

  it('holds a lock beyond its own end, until it is given back', async () => {
    expect(await lock(file)).toMatchObject({ exitCode: 0, stdout: '' });
    const { stdout: holder } = await lock('-p', file);
    expect(readFileSync(file, 'utf8')).toBe(`${holder}\n`);
    expect((await lock('-n', file)).exitCode).toBe(1);
    expect((await lock('-u', file)).exitCode).toBe(0);
    expect((await lock('-n', file)).exitCode).toBe(0);
  });

  it('makes others wait', async () => {
    await lock(file);
    let waited = false;
    const waiting = lock('-w', file).then(({ exitCode }) => {
      waited = true;
      return exitCode;
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(waited).toBe(false);
    await lock('-u', file);
    expect(await waiting).toBe(0);
  });

  it('lets several share', async () => {
    expect((await lock('-s', file)).exitCode).toBe(0);
    expect((await execa('flock', ['-s', '-n', file, 'true'], { reject: false })).exitCode).toBe(0);
    expect((await lock('-n', file)).exitCode).toBe(1);
  });

  it('says how it is used', async () => {
    expect(await lock()).toMatchObject({ exitCode: 1, stderr: 'Usage: lock [-suwnp] FILE' });
  });
});
