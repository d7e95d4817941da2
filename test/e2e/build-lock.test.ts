import { cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureFeed } from '../fixtures/embedded-tree/tree.js';
import { documentOf, eventsOf, type OtbRun } from '../support/otb.js';
import { Repository } from '../support/repository.js';
import { SmallBuild } from '../support/small-build.js';

const build = new SmallBuild({ packages: ['slow'], more: { environment: { SLOW_SECONDS: '0' } } });
const feedPath = join(build.directory, 'feed');
afterAll(() => {
  build.remove();
});

let tree: Repository;
let feed: Repository;
let firstTree: string;
let firstFeed: string;

function lockText(): string {
  return readFileSync(join(build.root, 'otb.lock'), 'utf8');
}

function expectDone(run: OtbRun): void {
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
}

/** Each stage that ended, with how. */
function finishedStages(run: OtbRun): string[] {
  const finished = eventsOf(run).filter(({ type }) => type === 'stage-finished');
  return finished.map(({ stage, result }) => `${stage}: ${result}`);
}

function image(): Buffer {
  return readFileSync(join(build.root, 'images/otb-embedded-x86-64-rootfs.tar.gz'));
}

beforeAll(async () => {
  tree = new Repository(build.tree.path);
  firstTree = tree.commit('first');
  cpSync(join(fixtureFeed('faulty'), 'slow'), join(feedPath, 'slow'), { recursive: true });
  feed = new Repository(feedPath);
  firstFeed = feed.commit('first');
  build.change({
    source: { kind: 'git', url: `file://${build.tree.path}` },
    feeds: [{ type: 'src-git', name: 'faulty', location: `file://${feedPath}` }],
  });
  expectDone(await build.build(['--json']));
});

function expectLocked(treeCommit: string, feedCommit: string): void {
  expect(JSON.parse(lockText())).toMatchObject({
    recipes: { small: { source: { commit: treeCommit }, feeds: { faulty: { commit: feedCommit } } } },
  });
}

describe('otb.lock, over repositories that move on', () => {
  it('holds the commits that the first build took', () => {
    expectLocked(firstTree, firstFeed);
  });

  it('is all that a build from nothing needs, with the caches and without the repositories', async () => {
    // Both repositories have moved on by now, and are not there to ask.
    tree.commit('second', { version: 'r2-fixture\n' });
    const makefile = readFileSync(join(feedPath, 'slow/Makefile'), 'utf8');
    feed.commit('second', { 'slow/Makefile': makefile.replace('PKG_RELEASE:=1', 'PKG_RELEASE:=2') });
    const [before, lock] = [image(), lockText()];
    const hidden = [build.tree.path, feedPath].map((path) => ({ path, away: `${path}.away` }));
    for (const { path, away } of hidden) renameSync(path, away);
    try {
      expectDone(await build.build(['--locked', '--offline', '--clean', '--json']));
    } finally {
      for (const { path, away } of hidden) renameSync(away, path);
    }
    expect(image()).toEqual(before);
    expect(lockText()).toBe(lock);
  });

  it('is kept by a build that nobody told to update', async () => {
    expectDone(await build.build(['--json']));
    expectLocked(firstTree, firstFeed);
  });

  it('moves on with --update', async () => {
    expectDone(await build.build(['--update', '--json']));
    expectLocked(tree.git('rev-parse', 'HEAD'), feed.git('rev-parse', 'HEAD'));
    const manifest = readFileSync(join(build.root, 'images/otb-embedded-x86-64.manifest'), 'utf8');
    expect(manifest).toMatch(/^slow - .*2$/m);
  });

  it('leaves nothing to do to the build after that, which is pinned to what it took', async () => {
    const run = await build.build(['--locked', '--json']);
    expect(finishedStages(run)).toEqual(
      ['check', 'source', 'patch', 'feeds', 'configure', 'download', 'compile', 'collect'].map(
        (stage) => `${stage}: already-done`,
      ),
    );
    expectDone(run);
  });

  it('lets a --locked build begin in the middle of what it has', async () => {
    const before = image();
    expectDone(await build.build(['--locked', '--from', 'compile', '--json']));
    expect(image()).toEqual(before);
  });

  it('ends a --locked build that would go on from another tree than the one it has, at once', async () => {
    tree.commit('third', { version: 'r3-fixture\n' });
    const lock = lockText();
    expectDone(await build.build(['--update', '--until', 'configure', '--json']));
    expect(lockText()).toBe(lock);
    const run = await build.build(['--locked', '--from', 'compile', '--json']);
    expect(run.exitCode, run.stderr).toBe(2);
    expect(JSON.stringify(documentOf(run))).toContain('the stage \\"source\\" made is not what');
    expectDone(await build.build(['--locked', '--json']));
  });

  it('ends a --locked build whose feed comes from somewhere else, by name', async () => {
    const run = await build.build(['--locked', '--feed', `faulty=${feedPath}`, '--json']);
    expect(run.exitCode, run.stderr).toBe(2);
    expect(JSON.stringify(documentOf(run))).toContain('feed faulty');
  });

  it('does not take a tree for what it brought in which somebody has changed a file', async () => {
    writeFileSync(join(build.root, 'tree/version'), 'mine\n');
    const run = await build.build(['--until', 'source', '--json']);
    expect(finishedStages(run)).toContain('source: done');
    expect(run.stderr).toContain('1 changed file, which will be built in');
  });
});
