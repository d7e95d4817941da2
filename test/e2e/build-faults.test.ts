import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createWebServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { execa } from 'execa';
import { sha256Of } from '../../src/core/sha256.js';
import { sha256OfFile } from '../support/hash.js';
import { describeWith, root } from '../support/needs.js';
import { documentOf, type OtbRun, type StartedOtb } from '../support/otb.js';
import { processesUnder, until } from '../support/processes.js';
import { SmallBuild, type SmallRecipe } from '../support/small-build.js';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

function open(recipe: SmallRecipe): SmallBuild {
  const build = new SmallBuild(recipe);
  undo.push(() => {
    build.remove();
  });
  return build;
}

const image = 'otb-embedded-x86-64-rootfs.tar.gz';

function hashOf({ root: directory }: SmallBuild): string {
  return sha256OfFile(join(directory, 'images', image));
}

/** Has a server listen on a port of its own until the test ends. */
async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  undo.push(() => server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Ended with that status and that word of code; what it said otherwise is shown. */
function expectEnd(run: OtbRun, exitCode: number, code: string): void {
  expect({ exitCode: run.exitCode, document: documentOf(run) }, run.stderr).toMatchObject({
    exitCode,
    document: { error: { code } },
  });
}

describe('how otb build ends', () => {
  it('0: with images, and again when there is nothing to do', async () => {
    const build = open({ packages: ['slow'] });
    for (const result of ['done', 'already-done']) {
      const run = await build.build(['--json']);
      expect(run, run.stderr).toMatchObject({ exitCode: 0 });
      expect(run.stderr).toContain(`"stage":"collect","result":"${result}"`);
      expect(documentOf(run)).toMatchObject({
        recipe: 'small',
        artifacts: expect.arrayContaining([expect.objectContaining({ name: image })]) as unknown,
      });
    }
  });

  it('2: with an option that says nothing together with the others', async () => {
    const build = open({ packages: ['slow'] });
    expectEnd(await build.build(['--check-reproducible', '--until', 'feeds', '--json']), 2, 'usage');
    expect(existsSync(build.root)).toBe(false);
  });

  it('3: offline, with a feed that no cache has', async () => {
    const feeds = [{ type: 'src-git', name: 'far', location: 'https://git.example.net/far.git' }];
    const build = open({ packages: [], more: { feeds } });
    const run = await build.build(['--offline', '--json']);
    expectEnd(run, 3, 'prerequisite');
    expect(documentOf(run)['error']).toMatchObject({
      message: expect.stringContaining('the feed "far" cannot be brought offline') as unknown,
    });
  });

  it('4: with a compile error, told by its lines', async () => {
    const build = open({ packages: ['broken-c'] });
    const run = await build.build(['--json']);
    expectEnd(run, 4, 'build');
    expect(documentOf(run)).toMatchObject({
      error: { message: expect.stringContaining('package/feeds/faulty/broken-c failed to build') as unknown },
      findings: [expect.objectContaining({ kind: 'compile-error', retry: 'never' }) as unknown],
    });
  });

  it('4: with a feed that cannot be cloned, asked for once only', async () => {
    let asked = 0;
    const server = createWebServer((_, response) => {
      asked += 1;
      response.writeHead(404).end();
    });
    const port = await listen(server);
    const url = `http://127.0.0.1:${port}/feed.git`;
    const build = open({ packages: [], more: { feeds: [{ type: 'src-git', name: 'gone', location: url }] } });
    const run = await build.build(['--json'], { env: { no_proxy: '127.0.0.1' } });
    expectEnd(run, 4, 'build');
    expect(documentOf(run)['error']).toMatchObject({ message: `the feed "gone" could not be fetched from ${url}` });
    expect(asked).toBe(1);
  });

  it('5: built twice, and not the same', async () => {
    const build = open({ packages: ['dated'] });
    const run = await build.build(['--check-reproducible', '--json']);
    expectEnd(run, 5, 'verification');
    const directories = ['images', 'again/images'].map((name) => join(build.root, name));
    expect(documentOf(run)).toMatchObject({ differing: [image], directories });
    for (const directory of directories) expect(existsSync(join(directory, image))).toBe(true);
  });

  it('7: with a server that does not answer, after some tries', async () => {
    const port = await listen(createServer((socket) => socket.on('error', () => undefined).resume()));
    const feeds = [{ type: 'src-git', name: 'mute', location: `http://127.0.0.1:${port}/feed.git` }];
    const build = open({ packages: [], more: { feeds }, settings: { silence: '10s' } });
    const run = await build.build(['--json'], { env: { no_proxy: '127.0.0.1' } });
    expectEnd(run, 7, 'unreachable');
    expect(documentOf(run)['error']).toMatchObject({
      message: expect.stringMatching(/^the feed "mute" could not be fetched .* in 3 tries$/) as unknown,
    });
  });

  describeWith([root], 'as root', () => {
    it('9: when the tree may not be built so, and nobody allowed it', async () => {
      const build = open({ packages: ['slow'], more: { asRoot: false } });
      // Where the tests run in a container themselves, root is as good as anybody.
      const isContained = existsSync('/.dockerenv') || existsSync('/run/.containerenv');
      const run = await build.build(['--json', '--until', 'source']);
      if (isContained) expect(run.exitCode).toBe(0);
      else expectEnd(run, 9, 'refused');
      const allowed = await build.build(['--json', '--until', 'source', '--allow-root']);
      expect(allowed, allowed.stderr).toMatchObject({ exitCode: 0 });
    });
  });
});

/** Starts a build. It is ended with the test, if it is not by then. */
function start(build: SmallBuild): StartedOtb {
  const running = build.start(['--json']);
  undo.push(() => running.child.kill('SIGKILL'));
  return running;
}

/** A build that is at work, in a package that takes its time. */
async function startAtWork(build: SmallBuild): Promise<StartedOtb> {
  const running = start(build);
  await until('make is at work', () => existsSync(join(build.root, 'tree/tmp/slow.log')));
  return running;
}

function expectNobodyAtWork({ root: directory }: SmallBuild): void {
  expect(processesUnder(`TOPDIR=${directory}/tree`)).toEqual([]);
}

describe('otb build, interrupted', () => {
  it.each([
    ['SIGINT', 130, 'interrupted'],
    ['SIGTERM', 143, 'terminated'],
  ] as const)('by %s: leaves no process, and goes on from there the next time', async (signal, exitCode, code) => {
    const build = open({ packages: ['slow'], more: { environment: { SLOW_SECONDS: '900' } } });
    const running = await startAtWork(build);
    running.child.kill(signal);
    expectEnd(await running.ended, exitCode, code);
    expectNobodyAtWork(build);
    build.change({ environment: { SLOW_SECONDS: '0' } });
    const next = await build.build(['--json']);
    expect(next, next.stderr).toMatchObject({ exitCode: 0 });
    expect(next.stderr).toContain('"stage":"source","result":"already-done"');
  });

  it('by a second one in the same directory: 8, and the first goes on', async () => {
    const build = open({ packages: ['slow'], more: { environment: { SLOW_SECONDS: '60' } } });
    const running = await startAtWork(build);
    const second = await build.build(['--json']);
    expectEnd(second, 8, 'busy');
    expect(documentOf(second)['error']).toMatchObject({
      message: expect.stringContaining(`otb with pid ${String(running.child.pid)}`) as unknown,
    });
    expect((await running.ended).exitCode).toBe(0);
  });

  it('by kill -9 at twenty moments: ends in the same image', async () => {
    const packages = ['slow'];
    const environment = { SLOW_SECONDS: '3' };
    const whole = open({ packages, more: { environment } });
    const begun = performance.now();
    expect(await whole.build()).toMatchObject({ exitCode: 0 });
    const lastedMs = performance.now() - begun;
    const wanted = hashOf(whole);

    const build = open({ packages, more: { environment, source: { kind: 'tree', path: whole.tree.path } } });
    const ends: string[] = [];
    for (let kill = 0; kill < 20; kill += 1) {
      const afterMs = Math.round(lastedMs * (0.02 + 0.98 * Math.random()));
      const running = start(build);
      const ended = await Promise.race([
        running.ended.then(({ exitCode }) => exitCode),
        sleep(afterMs, 'killed' as const),
      ]);
      ends.push(`${String(ended)} at ${afterMs} ms`);
      running.child.kill('SIGKILL');
      await running.ended;
      if (ended !== 'killed') {
        expect(ended, ends.join('\n')).toBe(0);
        expect(hashOf(build), ends.join('\n')).toBe(wanted);
        for (const name of ['tree', 'journal.json', 'images'])
          rmSync(join(build.root, name), { recursive: true, force: true });
      }
    }
    const last = await build.build();
    expect(last, `${ends.join('\n')}\n${last.stderr}`).toMatchObject({ exitCode: 0 });
    expect(hashOf(build), ends.join('\n')).toBe(wanted);
    expectNobodyAtWork(build);
  }, 3_600_000);
});

describe('otb build, and an archive whose hash is wrong', () => {
  const right = ({ tree }: SmallBuild) => readFileSync(join(tree.path, 'mirror/download-1.0.tar.gz'));

  async function withArchive(hash?: string): Promise<SmallBuild> {
    const probe = open({ packages: ['download'] });
    mkdirSync(join(probe.tree.path, 'mirror'));
    mkdirSync(join(probe.directory, 'download-1.0'));
    writeFileSync(join(probe.directory, 'download-1.0/text'), 'downloaded\n');
    await execa('tar', [
      '-czf',
      join(probe.tree.path, 'mirror/download-1.0.tar.gz'),
      '-C',
      probe.directory,
      'download-1.0',
    ]);
    probe.change({ environment: { DOWNLOAD_HASH: hash ?? sha256Of(right(probe)) } });
    return probe;
  }

  it('fetches it again when only the local copy is bad', async () => {
    const build = await withArchive();
    const copy = join(build.root, 'tree/dl/download-1.0.tar.gz');
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(copy, 'half an archi');
    const run = await build.build(['--json']);
    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
    expect(readFileSync(copy)).toEqual(right(build));
  });

  it('ends with 4 when the server has another one, and leaves none of it', async () => {
    const build = await withArchive('0'.repeat(64));
    const run = await build.build(['--json']);
    expectEnd(run, 4, 'build');
    expect(documentOf(run)).toMatchObject({
      findings: [expect.objectContaining({ kind: 'download-hash' }) as unknown],
    });
    expect(readdirSync(join(build.root, 'tree/dl')).filter((name) => name.startsWith('download-'))).toEqual([]);
  });
});

describeWith([root], 'otb build, on a disk that fills up', () => {
  it('says so, and builds on once there is room', async () => {
    const build = open({ packages: ['fills-disk', 'slow'] });
    const disk = join(build.directory, 'disk');
    mkdirSync(disk);
    build.change({ environment: { SMALL_DISK: disk } });
    const file = join(build.directory, 'disk.img');
    await execa('truncate', ['-s', '16M', file]);
    await execa('mkfs.ext4', ['-q', file]);
    await execa('mount', ['-o', 'loop', file, disk]);
    const unmount = () => execa('umount', [disk], { reject: false });
    undo.push(unmount);
    const run = await build.build(['--json']);
    expectEnd(run, 4, 'build');
    expect(documentOf(run)).toMatchObject({ findings: [expect.objectContaining({ kind: 'disk-full' }) as unknown] });
    await unmount();
    const again = await build.build(['--json']);
    expect(again, again.stderr).toMatchObject({ exitCode: 0 });
  });
});
