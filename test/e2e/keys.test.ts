import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSignedBy, signContent } from '../../src/core/usign.js';
import { documentOf, otb } from '../support/otb.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'otb-keys-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('otb keys', () => {
  it('makes a pair that belongs together, and only its owner reads the private one', async () => {
    const run = await otb(['keys', 'build', '--json'], { cwd: directory });
    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
    expect(documentOf(run)).toMatchObject({ written: ['secrets/build.key', 'secrets/build.pub'] });
    const read = (name: string) => readFileSync(join(directory, 'secrets', name), 'utf8');
    const content = Buffer.from('x');
    expect(isSignedBy(content, signContent(content, read('build.key')), read('build.pub'))).toBe(true);
    expect((statSync(join(directory, 'secrets/build.key')).mode & 0o777).toString(8)).toBe('600');
    expect((statSync(join(directory, 'secrets')).mode & 0o777).toString(8)).toBe('700');
  });

  it('never replaces one', async () => {
    const before = readFileSync(join(directory, 'secrets/build.key'), 'utf8');
    const run = await otb(['keys', 'build'], { cwd: directory });
    expect(run).toMatchObject({ exitCode: 9, stdout: '' });
    expect(run.stderr).toContain('secrets/build.key is there already');
    expect(readFileSync(join(directory, 'secrets/build.key'), 'utf8')).toBe(before);
  });

  it('knows which keys there are', async () => {
    const run = await otb(['keys', 'house'], { cwd: directory });
    expect(run).toMatchObject({ exitCode: 2 });
    expect(run.stderr).toContain('there are no keys called "house"');
  });
});
