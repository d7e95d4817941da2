import { existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cachePath } from '../../../src/build/git/cache.js';
import type { GitSource, Recipe } from '../../../src/build/recipe.js';
import { sourceStage } from '../../../src/build/stages/source.js';
import type { Sources } from '../../../src/build/sources.js';
import { localRunner } from '../../../src/effects/local-runner.js';
import type { Runner } from '../../../src/effects/runner.js';
import { TestBench, emptyRecipe } from '../../support/bench.js';
import { Repository } from '../../support/repository.js';

let work: string;
let upstream: Repository;
let first: string;
let second: string;
let url: string;
beforeEach(() => {
  work = realpathSync(mkdtempSync(join(tmpdir(), 'otb-source-')));
  upstream = new Repository(join(work, 'upstream'));
  first = upstream.commit('first', { 'rules.mk': 'one\n', '.gitignore': 'build_dir\n' });
  second = upstream.commit('second', { 'rules.mk': 'two\n' });
  url = `file://${upstream.path}`;
});
afterEach(() => {
  rmSync(work, { recursive: true, force: true });
});

function recipe(changes: Partial<GitSource> = {}): Recipe {
  return { ...emptyRecipe, source: { kind: 'git', url, commit: first, ...changes } };
}

const bench = (changes: Partial<GitSource> = {}, sources: Partial<Sources> = {}, runner?: Runner) =>
  new TestBench(work, recipe(changes), sources, runner);

const tree = () => join(work, 'work/test/tree');
const rules = () => readFileSync(join(tree(), 'rules.mk'), 'utf8');
const below = (path: string) => (existsSync(path) ? readdirSync(path).sort() : []);

describe('a build tree out of git', () => {
  it('is cloned by way of a bare cache, at the pin, and read back', async () => {
    const one = bench();
    expect(await one.run(sourceStage)).toBe(`at ${first.slice(0, 12)}`);
    expect(rules()).toBe('one\n');
    const { caches, resolved } = one.bench.sources;
    const cache = cachePath(caches, url);
    const part = `${tree()}.part-1`;
    expect(one.commands).toEqual([
      `git clone --progress --bare ${url} ${cache}.part-1`,
      `mv -T ${cache}.part-1 ${cache}`,
      `git clone --no-checkout ${cache} ${part}`,
      `git -C ${part} remote set-url origin ${url}`,
      `git -C ${part} checkout -B otb ${first}`,
      `mv -T ${part} ${tree()}`,
    ]);
    expect(resolved).toEqual({ source: first, sourceDateEpoch: 1_577_836_800, feeds: {} });
    expect([below(caches).length, below(join(work, 'work/test'))]).toEqual([1, ['logs', 'tree']]);
  });

  it('is left alone when it stands at the pin, and needs no repository then', async () => {
    await bench().run(sourceStage);
    upstream.remove();
    rmSync(join(work, 'cache'), { recursive: true });
    const again = bench();
    expect(await again.run(sourceStage)).toBe(`at ${first.slice(0, 12)} already`);
    expect(again.commands).toEqual([]);
    expect(again.bench.sources.resolved.source).toBe(first);
  });

  it('moves with the pin, and keeps what make made', async () => {
    await bench().run(sourceStage);
    const third = upstream.commit('third', { 'rules.mk': 'three\n' });
    writeFileSync(join(tree(), 'build_dir'), 'hours of work');
    expect(await bench({ commit: third }).run(sourceStage)).toBe(`at ${third.slice(0, 12)}`);
    expect(rules()).toBe('three\n');
    expect(readFileSync(join(tree(), 'build_dir'), 'utf8')).toBe('hours of work');
    await bench({ commit: second }).run(sourceStage);
    expect(rules()).toBe('two\n');
  });

  it('follows the tip without a pin, and a branch when there is one', async () => {
    const unpinned = { wanted: { feeds: {} } };
    await bench({}, unpinned).run(sourceStage);
    expect(rules()).toBe('two\n');
    const third = upstream.commit('third', { 'rules.mk': 'three\n' });
    const again = bench({}, unpinned);
    await again.run(sourceStage);
    expect([rules(), again.bench.sources.resolved.source]).toEqual(['three\n', third]);
    upstream.git('checkout', '-q', '-b', 'release/1.0', first);
    await bench({ branch: 'release/1.0' }, unpinned).run(sourceStage);
    expect(rules()).toBe('one\n');
    await expect(bench({ branch: 'nowhere' }, unpinned).run(sourceStage)).rejects.toMatchObject({
      code: 'build',
      message: `the build tree has no branch nowhere at ${url}`,
    });
  });

  it('takes a commit that no branch leads to, where the server hands it out', async () => {
    upstream.git('checkout', '-q', '--detach');
    const lost = upstream.commit('lost', { 'rules.mk': 'lost\n' });
    upstream.git('checkout', '-q', 'main');
    await bench({ commit: lost }).run(sourceStage);
    expect(rules()).toBe('lost\n');
  });

  it('names a commit that is nowhere', async () => {
    const none = '1'.repeat(40);
    const refused = bench({ commit: none });
    await expect(refused.run(sourceStage)).rejects.toMatchObject({ code: 'build' });
    expect(existsSync(tree())).toBe(false);
  });

  it.each([
    ['a plain path', () => upstream.path],
    ['a bare repository', () => {
      upstream.git('clone', '-q', '--bare', '.', join(work, 'bare.git'));
      return join(work, 'bare.git');
    }],
  ])('reads %s where it lies, without a cache', async (_what, path) => {
    const local = bench({ url: path() });
    await local.run(sourceStage);
    expect(rules()).toBe('one\n');
    expect(existsSync(local.bench.sources.caches)).toBe(false);
    expect(local.commands[0]).toContain('git clone --no-checkout /');
  });

  it('survives its cache', async () => {
    const one = bench();
    await one.run(sourceStage);
    rmSync(one.bench.sources.caches, { recursive: true });
    expect(upstream.git('-C', tree(), 'fsck', '--full')).toBe('');
    await bench({ commit: second }).run(sourceStage);
    expect(rules()).toBe('two\n');
  });

  it('is not taken out of another repository’s tree, and not out of a foreign directory', async () => {
    await bench().run(sourceStage);
    const other = new Repository(join(work, 'other'));
    const commit = other.commit('other', { 'rules.mk': 'other\n' });
    await expect(bench({ url: `file://${other.path}`, commit }).run(sourceStage)).rejects.toMatchObject({
      code: 'refused',
      message: `${tree()} was cloned from ${url}`,
    });
    rmSync(join(tree(), '.git'), { recursive: true });
    await expect(bench().run(sourceStage)).rejects.toMatchObject({ code: 'refused', message: `${tree()} is no tree that otb cloned` });
  });
});

describe('local work in the tree', () => {
  it('is not overwritten: changed files are listed', async () => {
    await bench().run(sourceStage);
    writeFileSync(join(tree(), 'rules.mk'), 'mine\n');
    const moved = bench({ commit: second });
    await expect(moved.run(sourceStage)).rejects.toMatchObject({
      code: 'refused',
      message: `${tree()} has local changes that another commit would overwrite`,
      lines: [' M rules.mk'],
    });
    expect(rules()).toBe('mine\n');
    const kept = bench();
    await kept.run(sourceStage);
    expect(kept.warnings).toEqual([`${tree()} has 1 changed file, which will be built in`]);
  });

  it('is not left behind: commits are named', async () => {
    await bench().run(sourceStage);
    upstream.git('-C', tree(), 'commit', '-q', '--allow-empty', '-m', 'mine');
    const mine = upstream.git('-C', tree(), 'rev-parse', 'HEAD');
    await expect(bench({ commit: second }).run(sourceStage)).rejects.toMatchObject({
      code: 'refused',
      message: `${tree()} stands at ${mine}, where otb did not put it`,
    });
  });
});

describe('a repository that does not answer', () => {
  it('is asked again while the network is to blame, and the mirror in between', async () => {
    let left = 2;
    const waits: number[] = [];
    const flaky: Runner = {
      run(invocation, options) {
        if (!invocation.args.includes('--bare') || left === 0) return localRunner.run(invocation, options);
        left -= 1;
        return Promise.resolve({ exitCode: 128, signalName: null, stdout: '', stderr: 'fatal: unable to access: Could not resolve host: x\n', elapsedMs: 1, timedOut: false });
      },
    };
    const pause = (milliseconds: number) => Promise.resolve(void waits.push(milliseconds));
    const mirrored = bench({ mirrors: ['file:///nowhere'] }, { pause }, flaky);
    await mirrored.run(sourceStage);
    expect(waits).toEqual([1000]);
    expect(mirrored.commands.filter((command) => command.includes('--bare')).map((command) => /file:\S+/.exec(command)?.[0])).toEqual([url, 'file:///nowhere', url]);
    expect(rules()).toBe('one\n');
  });

  it('ends as unreachable, with the address and git’s own words', async () => {
    const refused = 'http://127.0.0.1:9/tree.git';
    const waits: number[] = [];
    const pause = (milliseconds: number) => Promise.resolve(void waits.push(milliseconds));
    const dead = bench({ url: refused }, { pause });
    await expect(dead.run(sourceStage)).rejects.toMatchObject({
      code: 'unreachable',
      message: `the build tree could not be fetched from ${refused} in 3 tries`,
      lines: [expect.stringMatching(/^fatal: unable to access 'http:\/\/127\.0\.0\.1:9\/tree\.git\/': Failed to connect/) as string],
    });
    expect(waits).toEqual([1000, 4000]);
    expect(below(dead.bench.sources.caches)).toEqual([]);
  });

  it('ends at once when there is no such repository', async () => {
    const absent = `file://${work}/absent.git`;
    await expect(bench({ url: absent }).run(sourceStage)).rejects.toMatchObject({
      code: 'build',
      message: `the build tree could not be fetched from ${absent}`,
      lines: [expect.stringContaining('does not appear to be a git repository') as string, 'fatal: Could not read from remote repository.'],
    });
  });

  it('is replaced by its mirror', async () => {
    await bench({ url: `file://${work}/absent.git`, mirrors: [url] }).run(sourceStage);
    expect(rules()).toBe('one\n');
  });

  it('leaves nothing of a clone that was cut', async () => {
    const cut = bench();
    const runner: Runner = {
      async run(invocation, options) {
        const outcome = await localRunner.run(invocation, options);
        if (invocation.args.includes('--bare')) cut.stop(new Error('stop'));
        options?.signal?.throwIfAborted();
        return outcome;
      },
    };
    cut.bench.run = runner;
    await expect(cut.run(sourceStage)).rejects.toThrow('stop');
    expect(below(cut.bench.sources.caches)).toEqual([]);
    expect(existsSync(tree())).toBe(false);
  });
});

describe('the cache', () => {
  it.each([
    ['no repository at all', (cache: string) => {
      rmSync(join(cache, 'HEAD'));
    }],
    ['a repository without its objects', (cache: string) => {
      rmSync(join(cache, 'objects/pack'), { recursive: true });
      for (const name of readdirSync(join(cache, 'objects'))) if (name.length === 2) rmSync(join(cache, 'objects', name), { recursive: true });
    }],
  ])('is made anew when it is %s', async (_what, damage) => {
    const one = bench();
    await one.run(sourceStage);
    damage(cachePath(one.bench.sources.caches, url));
    rmSync(tree(), { recursive: true });
    const again = bench();
    await again.run(sourceStage);
    expect(rules()).toBe('one\n');
    expect(upstream.git('-C', tree(), 'fsck', '--full')).toBe('');
  });

  it('is made once when two builds begin together', async () => {
    const builds = ['1', '2', '3'].map((mark) => {
      const own = new TestBench(join(work, mark), recipe(), { mark });
      return new TestBench(join(work, mark), recipe(), { mark, caches: join(work, 'shared'), wanted: own.bench.sources.wanted });
    });
    await Promise.all(builds.map((build) => build.run(sourceStage)));
    for (const mark of ['1', '2', '3']) expect(readFileSync(join(work, mark, 'work/test/tree/rules.mk'), 'utf8')).toBe('one\n');
    expect(below(join(work, 'shared'))).toHaveLength(1);
  });

  it('is all that --offline needs, and all it uses', async () => {
    const offline = { offline: true };
    await expect(bench({}, offline).run(sourceStage)).rejects.toMatchObject({
      code: 'prerequisite',
      message: `the build tree cannot be brought offline: the cache has nothing of ${url}`,
    });
    await bench().run(sourceStage);
    rmSync(tree(), { recursive: true });
    renameSync(upstream.path, join(work, 'away'));
    await bench({ commit: second }, offline).run(sourceStage);
    expect(rules()).toBe('two\n');
    const later = '2'.repeat(40);
    await expect(bench({ commit: later }, offline).run(sourceStage)).rejects.toMatchObject({
      code: 'prerequisite',
      message: `the build tree cannot be brought offline: the cache lacks the commit ${later} of ${url}`,
    });
  });
});

describe('submodules', () => {
  it('come with the tree, unless the recipe leaves them out', async () => {
    const part = new Repository(join(work, 'part'));
    part.commit('part', { 'part.txt': 'part\n' });
    upstream.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', '../part', 'sub');
    const commit = upstream.commit('with a submodule');
    await bench({ commit, submodules: false }).run(sourceStage);
    expect(existsSync(join(tree(), 'sub/part.txt'))).toBe(false);
    rmSync(tree(), { recursive: true });
    await bench({ commit }).run(sourceStage);
    expect(readFileSync(join(tree(), 'sub/part.txt'), 'utf8')).toBe('part\n');
  });
});

describe('addresses', () => {
  it.each([
    ['ext::sh -c touch% /tmp/owned', 'the address holds a space or a control character'],
    ['ext::true', 'the address holds "::", which git takes for a program to run'],
    ['--upload-pack=touch', 'the address begins with "-"'],
    ['ssh://-oProxyCommand=touch/x', 'the host begins with "-"'],
    ['ftp://example.net/x', 'this is no address to fetch from'],
    ['https://user:secret@example.net/x', 'the address holds a password'],
  ])('%s is refused before git sees it', async (address, why) => {
    const hostile = bench({ url: address });
    await expect(hostile.run(sourceStage)).rejects.toMatchObject({
      code: 'usage',
      message: `the build tree cannot be fetched from ${JSON.stringify(address)}: ${why}`,
    });
    expect(hostile.commands).toEqual([]);
  });

  it('are rewritten as the recipe says', async () => {
    const far = 'https://git.example.invalid/tree.git';
    const rewritten = new TestBench(work, { ...recipe({ url: far }), rewrites: [{ from: 'https://git.example.invalid/tree.git', to: url }] });
    await rewritten.run(sourceStage);
    expect(rules()).toBe('one\n');
    expect(upstream.git('-C', tree(), 'config', 'remote.origin.url')).toBe(far);
  });
});
