import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWith, itWith, program, root } from '../../support/needs.js';
import { repositoryPath } from '../../support/otb.js';
import { DebianMirror } from './debian-mirror.js';

const script = join(repositoryPath, 'trees/embedded/scripts/debian-fetch');
const needs = [program('apt-get'), program('dpkg-deb'), program('gpg'), program('gpgv')];

let mirror: DebianMirror;
let tree: string;

/** Runs debian-fetch for the tree; `as` puts words such as setpriv in front. */
async function fetchDebian(args: readonly string[], env: Record<string, string> = {}, as: readonly string[] = []) {
  const [file = script, ...rest] = [...as, script, '--dl', join(tree, 'dl'), ...args];
  return execa(file, rest, { env: { ...mirror.environment, TOPDIR: tree, ...env }, reject: false, timeout: 600_000 });
}
const lockLines = () =>
  readFileSync(join(tree, 'dl/debian.lock'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
const debs = () => readdirSync(join(tree, 'dl')).filter((name) => name.endsWith('.deb'));

describeWith(needs, "the embedded tree's Debian packages", () => {
  beforeAll(() => {
    mirror = new DebianMirror();
  });
  afterAll(async () => {
    await mirror.remove();
  });
  beforeEach(async () => {
    tree = mkdtempSync(join(tmpdir(), 'otb-debian-tree-'));
    mirror.requests.length = 0;
    mirror.offer([
      { name: 'alpha', version: '1.0-1' },
      { name: 'beta', version: '2:3.4+b1' },
      { name: 'kernel-meta', version: '6', depends: 'kernel-image-6.1 (= 6), other' },
      { name: 'kernel-image-6.1', version: '6' },
    ]);
    await mirror.start();
  });
  afterEach(async () => {
    await mirror.stop();
    rmSync(tree, { recursive: true, force: true });
  });

  it('records what it resolved, and then needs no network', async () => {
    const first = await fetchDebian(['--print', 'beta', 'alpha']);
    expect(first.stderr).toBe('');
    expect(first.stdout.split('\n').map((line) => line.slice(tree.length))).toEqual([
      '/dl/beta_3.4+b1_amd64.deb',
      '/dl/alpha_1.0-1_amd64.deb',
    ]);
    expect(lockLines().map((line) => line.split(' ').slice(0, 4).join(' '))).toEqual([
      'alpha 1.0-1 amd64 pool/alpha_1.0-1_amd64.deb',
      'beta 2:3.4+b1 amd64 pool/beta_3.4+b1_amd64.deb',
    ]);
    await mirror.stop();
    rmSync(join(tree, 'tmp'), { recursive: true });
    expect(await fetchDebian(['alpha', 'beta'])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('obeys the lock while the mirror goes on, until it is updated', async () => {
    await fetchDebian(['alpha', 'beta']);
    mirror.offer(
      [
        { name: 'alpha', version: '1.1-1' },
        { name: 'beta', version: '2:3.4+b1' },
      ],
      { keep: true },
    );
    rmSync(join(tree, 'dl/alpha_1.0-1_amd64.deb'));
    rmSync(join(tree, 'tmp'), { recursive: true });
    expect((await fetchDebian(['alpha'])).exitCode).toBe(0);
    expect(debs()).toContain('alpha_1.0-1_amd64.deb');
    const update = await fetchDebian(['--update']);
    expect(update.stdout).toBe('alpha: 1.0-1 -> 1.1-1');
    expect((await fetchDebian(['--print', 'alpha'])).stdout).toMatch(/alpha_1\.1-1_amd64\.deb$/);
    expect((await fetchDebian(['--update'])).stdout).toBe('debian.lock is up to date.');
  });

  it('says what to do about a version that has left the mirror', async () => {
    await fetchDebian(['alpha']);
    mirror.offer([{ name: 'alpha', version: '1.1-1' }]);
    rmSync(join(tree, 'dl/alpha_1.0-1_amd64.deb'));
    const { exitCode, stderr } = await fetchDebian(['alpha']);
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      'debian-fetch: no longer on the mirror: alpha 1.0-1.\n' +
        `Run "make debian-update": it takes the mirror's versions of today into dl/debian.lock.`,
    );
  });

  it('removes a damaged file by name and fetches it again, or fails without a network', async () => {
    await fetchDebian(['alpha']);
    const file = join(tree, 'dl/alpha_1.0-1_amd64.deb');
    writeFileSync(file, 'damaged');
    const again = await fetchDebian(['alpha']);
    expect(again.exitCode).toBe(0);
    expect(again.stderr).toMatch(
      /^Hash of the local file .*alpha_1\.0-1_amd64\.deb does not match .* - deleting it\.$/,
    );
    expect(readFileSync(file).length).toBeGreaterThan(100);
    writeFileSync(file, 'damaged');
    await mirror.stop();
    const offline = await fetchDebian(['alpha']);
    expect(offline.exitCode).toBe(1);
    expect(offline.stderr).toContain('cannot fetch alpha 1.0-1');
    expect(existsSync(file)).toBe(false);
  });

  it('refuses what the mirror sends with other contents, and leaves nothing', async () => {
    await fetchDebian(['alpha']);
    rmSync(join(tree, 'dl/alpha_1.0-1_amd64.deb'));
    mirror.tamper('alpha', '1.0-1');
    const { exitCode, stderr } = await fetchDebian(['alpha']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('alpha 1.0-1');
    expect(readdirSync(join(tree, 'dl')).filter((name) => name.startsWith('alpha'))).toEqual([]);
  });

  it('fails without a network, and says so', async () => {
    await mirror.stop();
    const { exitCode, stderr } = await fetchDebian(['alpha']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('does not answer: is there a network?');
    expect(existsSync(join(tree, 'dl/debian.lock'))).toBe(false);
  });

  it('names the package that Debian does not have', async () => {
    const { exitCode, stderr } = await fetchDebian(['alpha', 'no-such-thing']);
    expect(exitCode).toBe(1);
    expect(stderr).toBe('debian-fetch: Debian trixie has no package named no-such-thing');
  });

  it('refuses a mirror whose key it does not know, and a missing keyring', async () => {
    const stranger = new DebianMirror();
    try {
      const unknown = await fetchDebian(['alpha'], { DEBIAN_KEYRING: stranger.keyringPath });
      expect(unknown.exitCode).toBe(1);
      expect(unknown.stderr).toContain('does not hold the keys that sign Debian trixie');
    } finally {
      await stranger.remove();
    }
    const missing = await fetchDebian(['alpha'], { DEBIAN_KEYRING: '/nonexistent/keyring.gpg' });
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr).toContain('apt-get install debian-archive-keyring');
  });

  it('follows a meta package to what it stands for, also offline', async () => {
    const spec = 'kernel-meta:kernel-image-';
    const names = ['/dl/kernel-meta_6_amd64.deb', '/dl/kernel-image-6.1_6_amd64.deb'];
    const paths = async () =>
      (await fetchDebian(['--print', spec])).stdout.split('\n').map((line) => line.slice(tree.length));
    expect(await paths()).toEqual(names);
    await mirror.stop();
    expect(await paths()).toEqual(names);
    await mirror.start();
    mirror.offer([
      { name: 'kernel-meta', version: '7', depends: 'kernel-image-7.0' },
      { name: 'kernel-image-7.0', version: '7' },
    ]);
    expect((await fetchDebian(['--update'])).stdout.split('\n')).toEqual([
      'kernel-image-6.1: 6 -> none',
      'kernel-image-7.0: none -> 7',
      'kernel-meta: 6 -> 7',
    ]);
  });

  it('can be run several times at once', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `package${String(index)}`);
    mirror.offer(names.map((name) => ({ name, version: '1' })));
    const runs = await Promise.all([...names, ...names].map(async (name) => fetchDebian([name])));
    expect(runs.map(({ exitCode }) => exitCode)).toEqual(runs.map(() => 0));
    expect(lockLines().map((line) => line.split(' ')[0])).toEqual(names);
    expect(debs()).toHaveLength(names.length);
    expect(readdirSync(join(tree, 'dl')).filter((name) => name.includes('.part'))).toEqual([]);
  });

  itWith([root, program('setpriv')], 'works as an ordinary user', async () => {
    chmodSync(tree, 0o777);
    const user = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    chmodSync(mirror.path, 0o755);
    const { exitCode, stderr } = await fetchDebian(['alpha'], {}, user);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(debs()).toEqual(['alpha_1.0-1_amd64.deb']);
  });
});
