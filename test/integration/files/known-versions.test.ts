import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KnownVersions } from '../../../src/effects/known-versions.js';

let directory: string;
let cache: string;
let program: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'otb-versions-'));
  cache = join(directory, 'otb/versions.json');
  program = join(directory, 'program');
  writeFileSync(program, 'one');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** Asks as `otb doctor` does; how often the program itself was asked. */
async function ask(answer: string): Promise<{ said: string; asked: number }> {
  let asked = 0;
  const known = await KnownVersions.open(cache);
  const said = await known.of(program, () => {
    asked += 1;
    return Promise.resolve(answer);
  });
  await known.save();
  return { said, asked };
}

describe('what programs are', () => {
  it('is asked once, and again when the file is another', async () => {
    expect(await ask('program 1.0')).toEqual({ said: 'program 1.0', asked: 1 });
    expect(await ask('program 9.9')).toEqual({ said: 'program 1.0', asked: 0 });
    writeFileSync(program, 'other');
    expect(await ask('program 2.0')).toEqual({ said: 'program 2.0', asked: 1 });
    expect(Object.values(JSON.parse(readFileSync(cache, 'utf8')) as object)).toEqual(['program 2.0']);
  });

  it('is asked again after no answer', async () => {
    expect(await ask('')).toEqual({ said: '', asked: 1 });
    expect(await ask('program 1.0')).toEqual({ said: 'program 1.0', asked: 1 });
  });

  it('is asked when the cache is damaged, or cannot be written', async () => {
    await ask('program 1.0');
    writeFileSync(cache, '{"damaged');
    expect(await ask('program 1.0')).toEqual({ said: 'program 1.0', asked: 1 });
    cache = join(program, 'below a file');
    expect(await ask('program 1.0')).toEqual({ said: 'program 1.0', asked: 1 });
  });
});
