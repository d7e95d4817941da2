import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Recipe } from '../../../src/build/recipe.js';
import { patchStage } from '../../../src/build/stages/patch.js';
import { sourceStage } from '../../../src/build/stages/source.js';
import type { Runner } from '../../../src/effects/runner.js';
import { localRunner } from '../../../src/effects/local-runner.js';
import { TestBench, emptyRecipe } from '../../support/bench.js';
import { Repository } from '../../support/repository.js';

let work: string;
let upstream: Repository;
let pin: string;
beforeEach(() => {
  work = realpathSync(mkdtempSync(join(tmpdir(), 'otb-patch-')));
  upstream = new Repository(join(work, 'upstream'));
  pin = upstream.commit('pin', { 'rules.mk': 'one\ntwo\n', 'other.mk': 'other\n' });
  mkdirSync(join(work, 'patches/test'), { recursive: true });
});
afterEach(() => {
  rmSync(work, { recursive: true, force: true });
});

const tree = () => join(work, 'work/test/tree');
const read = (path: string) => readFileSync(join(tree(), path), 'utf8');
const head = () => upstream.git('-C', tree(), 'rev-parse', 'HEAD');
const put = (name: string, text: string) => {
  writeFileSync(join(work, 'patches/test', name), text);
};

/** Source and patches as a build runs them; resolves with the remark of the patches. */
async function build(runner?: Runner, commit = pin): Promise<{ remark: string | undefined; commands: string[] }> {
  const recipe: Recipe = { ...emptyRecipe, source: { kind: 'git', url: upstream.path, commit } };
  const bench = new TestBench(work, recipe, {}, runner);
  await bench.run(sourceStage);
  return { remark: await bench.run(patchStage), commands: bench.commands };
}

describe('patches', () => {
  it('become commits on top of the pin, in the order of their names, the same everywhere', async () => {
    put('0002-other.patch', upstream.patch('other', { 'other.mk': 'changed\n' }));
    put('0001-rules.patch', upstream.patch('rules', { 'rules.mk': 'one\n2\n' }));
    expect((await build()).remark).toBe('2 patches');
    expect([read('rules.mk'), read('other.mk')]).toEqual(['one\n2\n', 'changed\n']);
    expect(upstream.git('-C', tree(), 'log', '--format=%s %cn %ct', `${pin}..`)).toBe('other otb 946684800\nrules otb 946684800');
    const once = head();
    rmSync(join(work, 'work'), { recursive: true });
    await build();
    expect(head()).toBe(once);
  });

  it('are not applied again', async () => {
    put('0001-rules.patch', upstream.patch('rules', { 'rules.mk': 'one\n2\n' }));
    await build();
    expect(await build()).toEqual({ remark: '1 patch, applied already', commands: [] });
  });

  it('are applied anew when they, or the pin, have changed', async () => {
    put('0001-rules.patch', upstream.patch('rules', { 'rules.mk': 'one\n2\n' }));
    await build();
    put('0001-rules.patch', upstream.patch('rules', { 'rules.mk': 'one\nzwei\n' }));
    await build();
    expect(read('rules.mk')).toBe('one\nzwei\n');
    const next = upstream.commit('next', { 'other.mk': 'next\n' });
    await build(undefined, next);
    expect([read('rules.mk'), read('other.mk')]).toEqual(['one\nzwei\n', 'next\n']);
    rmSync(join(work, 'patches/test/0001-rules.patch'));
    await build(undefined, next);
    expect([read('rules.mk'), head()]).toEqual(['one\ntwo\n', next]);
  });

  it('are applied all or none: one that does not fit leaves the pin', async () => {
    put('0001-other.patch', upstream.patch('other', { 'other.mk': 'changed\n' }));
    put('0002-bad.patch', upstream.patch('turn rules', { 'rules.mk': 'x\n' }).replace(/^-one$/m, '-eins').replace(/^index .*$/m, 'index 1111111..2222222 100644'));
    await expect(build()).rejects.toMatchObject({
      code: 'build',
      message: `the patch "turn rules" does not fit ${pin.slice(0, 12)}; none was applied`,
    });
    expect([head(), read('other.mk'), upstream.git('-C', tree(), 'status', '--porcelain')]).toEqual([pin, 'other\n', '']);
    rmSync(join(work, 'patches/test/0002-bad.patch'));
    expect((await build()).remark).toBe('1 patch');
  });

  it('do not overwrite local changes', async () => {
    await build();
    writeFileSync(join(tree(), 'other.mk'), 'mine\n');
    put('0001-rules.patch', upstream.patch('rules', { 'rules.mk': 'one\n2\n' }));
    await expect(build()).rejects.toMatchObject({ code: 'refused', lines: [' M other.mk'] });
    expect(read('other.mk')).toBe('mine\n');
  });

  it('are taken up again when otb died between them', async () => {
    put('0001-rules.patch', upstream.patch('rules', { 'rules.mk': 'one\n2\n' }));
    put('0002-other.patch', upstream.patch('other', { 'other.mk': 'changed\n' }));
    const dying: Runner = {
      async run(invocation, options) {
        if (!invocation.args.includes('am')) return localRunner.run(invocation, options);
        // Dead after the first patch: no tidying up, no note.
        await localRunner.run({ ...invocation, args: invocation.args.slice(0, -1) }, options);
        throw new Error('killed');
      },
    };
    await expect(build(dying)).rejects.toThrow('killed');
    expect(read('rules.mk')).toBe('one\n2\n');
    expect((await build()).remark).toBe('2 patches');
    expect(upstream.git('-C', tree(), 'log', '--format=%s', `${pin}..`)).toBe('other\nrules');
  });

  it('want a tree that is a repository', async () => {
    put('0001-rules.patch', upstream.patch('rules', { 'rules.mk': 'one\n2\n' }));
    const copied = new TestBench(work, emptyRecipe);
    await expect(copied.run(patchStage)).rejects.toMatchObject({
      code: 'usage',
      message: 'the recipe "test" has patches, and its tree is no git repository',
    });
  });
});
