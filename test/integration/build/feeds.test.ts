import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedLine, Recipe } from '../../../src/build/recipe.js';
import type { Sources } from '../../../src/build/sources.js';
import { feedsStage } from '../../../src/build/stages/feeds.js';
import { localRunner } from '../../../src/effects/local-runner.js';
import type { Runner } from '../../../src/effects/runner.js';
import { Tree, fixtureFeed } from '../../fixtures/embedded-tree/tree.js';
import { TestBench, emptyRecipe } from '../../support/bench.js';
import { Repository } from '../../support/repository.js';

let work: string;
let repository: Repository;
let first: string;
let url: string;
beforeEach(() => {
  work = realpathSync(mkdtempSync(join(tmpdir(), 'otb-feeds-')));
  const fixture = new Tree();
  mkdirSync(join(work, 'work/test'), { recursive: true });
  cpSync(fixture.path, tree(), { recursive: true });
  fixture.remove();
  repository = new Repository(join(work, 'feed'));
  cpSync(fixtureFeed('feed'), repository.path, { recursive: true });
  first = repository.commit('first');
  url = `file://${repository.path}`;
});
afterEach(() => {
  rmSync(work, { recursive: true, force: true });
});

const tree = () => join(work, 'work/test/tree');
const read = (path: string) => readFileSync(join(tree(), path), 'utf8');
const feed = (changes: Partial<FeedLine> = {}): FeedLine => ({ type: 'src-git', name: 'otb', location: url, commit: first, ...changes });

function bench(changes: Partial<Recipe> = {}, sources: Partial<Sources> = {}, runner?: Runner): TestBench {
  return new TestBench(work, { ...emptyRecipe, feeds: [feed()], ...changes }, sources, runner);
}

describe('feeds out of git', () => {
  it('are fetched into a cache, cloned from there at their pin, indexed and read back', async () => {
    const later = repository.commit('later');
    const one = bench({ installs: [['-a', '-p', 'otb']] });
    expect(await one.run(feedsStage)).toBe('1 feed');
    expect(read('feeds.conf')).toContain(`\nsrc-git otb ${url}^${first}\n`);
    expect(one.bench.sources.resolved.feeds).toEqual({ otb: first });
    expect(existsSync(join(tree(), 'package/feeds/otb/alpha/Makefile'))).toBe(true);
    expect(repository.git('-C', join(tree(), 'feeds/otb'), 'config', 'remote.origin.url')).toBe(url);
    const moved = bench({ feeds: [feed({ commit: later })] });
    await moved.run(feedsStage);
    expect(moved.bench.sources.resolved.feeds).toEqual({ otb: later });
  });

  it('follow their tip without a pin, in a tree that is kept', async () => {
    const unpinned = { wanted: { feeds: {} } };
    const line = feed({ commit: undefined });
    await bench({ feeds: [line] }, unpinned).run(feedsStage);
    const later = repository.commit('later');
    const again = bench({ feeds: [line] }, unpinned);
    await again.run(feedsStage);
    expect(again.bench.sources.resolved.feeds).toEqual({ otb: later });
  });

  it('need no network when the caches have them', async () => {
    await bench().run(feedsStage);
    repository.remove();
    rmSync(join(tree(), 'feeds'), { recursive: true });
    await bench({ installs: [['-a', '-p', 'otb']] }, { offline: true }).run(feedsStage);
    expect(existsSync(join(tree(), 'package/feeds/otb/alpha/Makefile'))).toBe(true);
  });

  it('of the tree itself are pinned, and taken from elsewhere', async () => {
    writeFileSync(join(tree(), 'feeds.conf.default'), 'src-git otb https://feeds.example.invalid/otb.git;stable\n');
    const recipe = { feeds: [], pins: { otb: first } };
    const one = bench(recipe, { places: { otb: { type: 'src-git', location: url } } });
    await one.run(feedsStage);
    expect(read('feeds.conf')).toBe(`src-git otb ${url}^${first}\n`);
    expect(one.bench.sources.resolved.feeds).toEqual({ otb: first });
  });

  it('that do not answer are named, with what git said', async () => {
    const dead = bench({ feeds: [feed({ location: 'http://127.0.0.1:9/feed.git' })] });
    await expect(dead.run(feedsStage)).rejects.toMatchObject({
      code: 'unreachable',
      message: 'the feed "otb" could not be fetched from http://127.0.0.1:9/feed.git in 3 tries',
    });
    expect(existsSync(join(tree(), 'feeds.conf'))).toBe(false);
  });

  it('that fail in the tree are updated again, each alone', async () => {
    let left = 1;
    const flaky: Runner = {
      async run(invocation, options) {
        const outcome = await localRunner.run(invocation, options);
        if (invocation.args[0] !== 'update' || left === 0) return outcome;
        left -= 1;
        rmSync(join(tree(), 'feeds/otb'), { recursive: true });
        return { ...outcome, exitCode: 1 };
      },
    };
    const waits: number[] = [];
    const pause = (milliseconds: number) => Promise.resolve(void waits.push(milliseconds));
    const one = bench({}, { pause }, flaky);
    await one.run(feedsStage);
    expect(waits).toEqual([1000]);
    expect(one.commands.filter((command) => command.startsWith('./'))).toEqual(['./scripts/feeds update -a', './scripts/feeds update otb']);
  });

  it('that were cut between clone and checkout are finished', async () => {
    const later = repository.commit('later', { 'net/alpha/later': 'later\n' });
    await bench().run(feedsStage);
    repository.git('-C', join(tree(), 'feeds/otb'), 'checkout', '-q', later);
    rmSync(join(tree(), 'feeds/otb/net/alpha/later'));
    const one = bench();
    await one.run(feedsStage);
    expect(one.bench.sources.resolved.feeds).toEqual({ otb: first });
  });

  it('that stay at another commit are not believed', async () => {
    await bench().run(feedsStage);
    repository.git('-C', join(tree(), 'feeds/otb'), '-c', 'user.name=x', '-c', 'user.email=x@x', 'commit', '-q', '--allow-empty', '-m', 'mine');
    const mine = repository.git('-C', join(tree(), 'feeds/otb'), 'rev-parse', 'HEAD');
    await expect(bench().run(feedsStage)).rejects.toMatchObject({
      code: 'build',
      message: `the feed "otb" stands at ${mine}, not at ${first}`,
      hint: `Its line in feeds.conf: src-git otb ${url}^${first}\nThe whole log: ${join(work, 'work/test/logs/feeds.log')}`,
    });
  });

  it('with nothing in them are not believed', async () => {
    const empty = new Repository(join(work, 'empty'));
    const commit = empty.commit('nothing', { README: 'no packages\n' });
    await expect(bench({ feeds: [feed({ location: `file://${empty.path}`, commit })] }).run(feedsStage)).rejects.toMatchObject({
      code: 'build',
      message: 'the feed "otb" has an empty index after the update',
    });
  });
});

describe('feeds install', () => {
  it('is looked at: a package that nobody carries is named', async () => {
    await expect(bench({ installs: [['-p', 'otb', 'nonesuch']] }).run(feedsStage)).rejects.toMatchObject({
      code: 'build',
      message: '`./scripts/feeds install -p otb nonesuch` did not install "nonesuch"',
    });
  });

  it('is looked at: a feed of which nothing came is named', async () => {
    await expect(bench({ installs: [['-a', '-p', 'other']] }).run(feedsStage)).rejects.toMatchObject({
      code: 'build',
      message: '`./scripts/feeds install -a -p other` installed nothing of the feed "other"',
    });
  });

  it('tells of an override that did nothing', async () => {
    const one = bench({ installs: [['-p', 'otb', '-f', 'netifd']] });
    await one.run(feedsStage);
    expect(one.warnings).toEqual([`the feed "otb" carries no package "netifd", so nothing takes the place of the tree's own`]);
  });

  it('links what it was asked for', async () => {
    await bench({ installs: [['-d', 'y', 'alpha'], ['-p', 'otb', '-f', 'beta']] }).run(feedsStage);
    expect(existsSync(join(tree(), 'package/feeds/otb/alpha/Makefile'))).toBe(true);
  });
});
