import { execFileSync } from 'node:child_process';
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Tree, fixtureFeed } from '../../fixtures/embedded-tree/tree.js';

let tree: Tree;
let work: string;
let repository: string;
beforeEach(() => {
  tree = new Tree();
  work = mkdtempSync(join(tmpdir(), 'otb-feeds-'));
  repository = join(work, 'feed');
  cpSync(fixtureFeed('feed'), repository, { recursive: true });
  git('init', '-q', '-b', 'main');
  commit('first');
});
afterEach(() => {
  tree.remove();
  rmSync(work, { recursive: true, force: true });
});

function git(...args: string[]): string {
  return execFileSync('git', args, {
    cwd: repository,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: work, GIT_CONFIG_NOSYSTEM: '1' },
  }).trim();
}

/** Commits everything there is, and returns the commit. */
function commit(message: string): string {
  git('add', '-A');
  git('-c', 'user.name=Test', '-c', 'user.email=test@example.net', 'commit', '-q', '--allow-empty', '-m', message);
  return git('rev-parse', 'HEAD');
}

function feedsConf(...lines: string[]): void {
  tree.write('feeds.conf', lines.map((line) => `${line}\n`).join(''));
}

/** The lines of an output, without those of the prerequisite check and blank ones. */
function lines(output: string): string[] {
  return output.split('\n').filter((line) => line !== '' && !line.startsWith("Checking '"));
}

describe('feeds update', () => {
  it('fetches, indexes, and says what it does', async () => {
    feedsConf(`src-git otb file://${repository}`);
    const updated = await tree.feeds('update', '-a');
    const progress = lines(updated.output);

    expect(updated.exitCode).toBe(0);
    expect(progress.slice(0, 3)).toEqual([
      `Updating feed 'otb' from 'file://${repository}' ...`,
      "Cloning into './feeds/otb'...",
      "Create index file './feeds/otb.index' ",
    ]);
    expect(updated.output).toContain('\u001b[M\rCollecting package info: feeds/otb/net/alpha');
    expect(updated.output).toContain(
      '\u001b[M\rERROR: please fix feeds/otb/broken/delta/Makefile - see logs/feeds/otb/broken/delta/dump.txt for details\n',
    );
    expect(updated.output).toContain('\u001b[M\rCollecting package info: done\n');
    expect(tree.read('logs/feeds/otb/broken/delta/dump.txt')).toContain('nowhere.mk: No such file or directory');
    expect(readlinkSync(join(tree.path, 'feeds/otb.index'))).toBe('otb.tmp/.packageinfo');
    expect(tree.read('feeds/otb.index')).toMatch(
      /^Source-Makefile: feeds\/otb\/net\/alpha\/Makefile\nBuild-Depends: gamma\n\nPackage: alpha\nVersion: 1\.0-1\nDepends: \+libc \+beta \+libgreet \+nosuch$/m,
    );
    expect(tree.read('feeds/otb.index')).toContain('Repository: otb\nTitle: The package alpha\n');
    expect(git('-C', join(tree.path, 'feeds/otb'), 'rev-list', '--count', 'HEAD')).toBe('1');
  });

  it('goes on with the others when one cannot be fetched: an empty index, exit 1', async () => {
    feedsConf(`src-git gone file://${work}/nowhere`, `src-git otb file://${repository}`);
    const updated = await tree.feeds('update', '-a');

    expect(updated.exitCode).toBe(1);
    expect(updated.output).toMatch(/^failed\.$/m);
    expect(updated.output).toMatch(/^find: 'feeds\/gone': No such file or directory$/m);
    expect(tree.read('feeds/gone.index')).toBe('');
    expect(tree.read('feeds/otb.index')).toContain('Package: alpha');
  });

  it('takes what is new, and starts over when the source has moved', async () => {
    feedsConf(`src-git otb file://${repository}`);
    await tree.succeed('./scripts/feeds', 'update', 'otb');
    cpSync(join(repository, 'utils/gamma'), join(repository, 'utils/epsilon'), { recursive: true });
    const makefile = join(repository, 'utils/epsilon/Makefile');
    writeFileSync(makefile, readFileSync(makefile, 'utf8').replaceAll('gamma', 'epsilon'));
    const second = commit('second');
    await tree.succeed('./scripts/feeds', 'update', 'otb');
    expect(tree.read('feeds/otb.index')).toContain('Package: epsilon');
    expect(git('-C', join(tree.path, 'feeds/otb'), 'rev-parse', 'HEAD')).toBe(second);

    feedsConf(`src-link otb ${repository}`);
    const moved = await tree.feeds('update', '-a');
    expect(moved.output).toContain('Source of feed otb has changed, replacing copy\n');
    expect(lstatSync(join(tree.path, 'feeds/otb')).isSymbolicLink()).toBe(true);
    expect(readFileSync(makefile, 'utf8')).toContain('epsilon');
  });

  it('follows a branch, and stays at a pinned commit that it verifies', async () => {
    const first = git('rev-parse', 'HEAD');
    git('checkout', '-q', '-b', 'other');
    writeFileSync(join(repository, 'only-on-other'), '');
    commit('on the other branch');
    git('checkout', '-q', 'main');
    const tip = commit('later');

    feedsConf(`src-git pinned file://${repository}^${first}`, `src-git-full branch file://${repository};other`);
    await tree.succeed('./scripts/feeds', 'update', '-a');
    expect(git('-C', join(tree.path, 'feeds/pinned'), 'rev-parse', 'HEAD')).toBe(first);
    expect(tree.exists('feeds/branch/only-on-other')).toBe(true);

    await tree.succeed('./scripts/feeds', 'update', '-a');
    const pins = await tree.feeds('list', '-s', '-f');
    expect(pins.stdout).toContain(`src-git pinned file://${repository}^${first}\n`);

    git('-C', join(tree.path, 'feeds/pinned'), 'fetch', '-q', 'origin', 'main');
    git('-C', join(tree.path, 'feeds/pinned'), 'reset', '-q', '--hard', tip);
    const moved = await tree.feeds('update', 'pinned');
    expect(moved.exitCode).toBe(1);
    expect(moved.output).toContain(`The feed is at ${tip}, not at the wanted ${first}\n`);
  });

  it('fails on a pin that the repository does not have', async () => {
    feedsConf(`src-git otb file://${repository}^${'0123456789'.repeat(4)}`);
    const updated = await tree.feeds('update', '-a');
    expect(updated.exitCode).toBe(1);
    expect(updated.output).toMatch(/^failed\.$/m);
  });

  it('begins again when a fetch was cut off', async () => {
    feedsConf(`src-git otb file://${repository}`);
    mkdirSync(join(tree.path, 'feeds/otb/.git'), { recursive: true });
    tree.write('feeds/otb.tmp/location', `file://${repository}\n`);
    tree.write('feeds/otb.tmp/fetching', '');
    await tree.succeed('./scripts/feeds', 'update', '-a');
    expect(tree.exists('feeds/otb/net/alpha/Makefile')).toBe(true);
  });

  it('goes through local changes only with -f, and still says that there were some', async () => {
    feedsConf(`src-git otb file://${repository}`);
    await tree.succeed('./scripts/feeds', 'update', '-a');
    tree.write('feeds/otb/utils/gamma/Makefile', 'broken by hand\n');
    writeFileSync(join(repository, 'utils/gamma/Makefile'), `# new\n${tree.read('feeds/otb/net/beta/Makefile')}`);
    commit('changed');
    const refused = await tree.feeds('update', '-a');
    expect([refused.exitCode, refused.output.includes('failed.\n')]).toEqual([1, true]);
    expect(tree.read('feeds/otb/utils/gamma/Makefile')).toBe('broken by hand\n');
    const forced = await tree.feeds('update', '-f', '-a');
    expect([forced.exitCode, forced.output.includes('failed, ignore.\n')]).toEqual([1, true]);
    expect(tree.read('feeds/otb/utils/gamma/Makefile')).toMatch(/^# new\n/);
  });

  it('copies, links, and makes a directory for a dummy', async () => {
    feedsConf(`src-cpy copy ${repository}`, `src-link link ${repository}`, 'src-dummy nothing');
    await tree.succeed('./scripts/feeds', 'update', '-a');
    expect(tree.read('feeds/copy.index')).toContain('Source-Makefile: feeds/copy/net/alpha/Makefile');
    expect(tree.read('feeds/link.index')).toContain('Source-Makefile: feeds/link/net/alpha/Makefile');
    expect(tree.read('feeds/nothing.index')).toBe('');
    expect((await tree.feeds('list', '-s')).stdout).toBe(
      `copy       src-cpy  local    ${repository}\nlink       src-link local    ${repository}\nnothing    src-dummy local    \n`,
    );
  });

  it.each([
    ['a helper transport', 'ext::sh -c "touch HERE/owned"'],
    ['another', 'fd::17/foo'],
    ['an option', '--upload-pack=touch${IFS}HERE/owned'],
    ['a shell', '$(touch${IFS}HERE/owned)'],
    ['a quote', "x';touch${IFS}HERE/owned;'"],
    ['an option as branch', 'file://REPOSITORY;--upload-pack=touch'],
    ['an option as commit', 'file://REPOSITORY^--orphan'],
  ])('gives nothing in an address to a shell or as an option: %s', async (_what, address) => {
    const source = address.replaceAll('HERE', work).replaceAll('REPOSITORY', repository);
    feedsConf(`src-git evil ${source}`);
    const updated = await tree.run('./scripts/feeds', ['update', '-a'], {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'protocol.ext.allow',
      GIT_CONFIG_VALUE_0: 'always',
    });
    expect(updated.exitCode).toBe(1);
    expect(() => lstatSync(join(work, 'owned'))).toThrow();
  });

  it('lets the environment redirect addresses', async () => {
    feedsConf('src-git otb https://feeds.example.invalid/otb.git');
    const updated = await tree.run('./scripts/feeds', ['update', '-a'], {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `url.file://${repository}.insteadOf`,
      GIT_CONFIG_VALUE_0: 'https://feeds.example.invalid/otb.git',
    });
    expect(updated.exitCode).toBe(0);
    expect(tree.exists('feeds/otb/net/alpha/Makefile')).toBe(true);
  });
});

describe('feeds.conf', () => {
  it('is read instead of feeds.conf.default, with remarks, blank lines and includes', async () => {
    tree.write('feeds.conf.default', 'src-dummy fromdefault\n');
    expect((await tree.feeds('list', '-n')).stdout).toBe('fromdefault\n');
    tree.write('more.conf', 'src-dummy second # a remark\n');
    feedsConf('# a remark', '', 'src-dummy first', 'src-include inner more.conf');
    expect((await tree.feeds('list', '-n')).stdout).toBe('first\nsecond\n');
  });

  it.each([
    ['src-dummy a\n# remark\nsrc-dummy a\n', "Duplicate feed name 'a' in 'feeds.conf' line: 3\n"],
    ['src-gitx\n', 'Syntax error in feeds.conf, line 1\n'],
    ['src-git na-me url\n', 'Syntax error in feeds.conf, line 1\n'],
    ['src-include x missing.conf\n', "Unable to open included file 'missing.conf'\n"],
  ])('%j stops every command', async (text, message) => {
    tree.write('feeds.conf', text);
    const listed = await tree.feeds('list', '-n');
    expect(listed.output).toContain(message);
    expect(listed.exitCode).not.toBe(0);
  });

  it('an unknown type fails that feed', async () => {
    feedsConf('src-bogus x y');
    const updated = await tree.feeds('update', '-a');
    expect(updated.output).toContain("Unknown type 'src-bogus' in feed x\n");
    expect(updated.exitCode).toBe(1);
  });
});

describe('feeds install and uninstall', () => {
  beforeEach(async () => {
    feedsConf(`src-link otb ${repository}`);
    await tree.succeed('./scripts/feeds', 'update', '-a');
  });

  it('installs a package and what it depends on, once', async () => {
    const installed = await tree.feeds('install', 'alpha');
    expect(installed.exitCode).toBe(0);
    expect(lines(installed.output)).toEqual([
      "Installing package 'alpha' from otb",
      "Installing package 'gamma' from otb",
      "Installing package 'beta' from otb",
      "WARNING: Not overriding core package 'libgreet'; use -f to force",
      "WARNING: No feed for package 'nosuch' found",
    ]);
    expect(readlinkSync(join(tree.path, 'package/feeds/otb/alpha'))).toBe('../../../feeds/otb/net/alpha');

    const again = await tree.feeds('install', 'alpha');
    expect(again.exitCode).toBe(0);
    expect(lines(again.output)).toEqual([
      "WARNING: Makefile 'package/feeds/otb/alpha/Makefile' has a dependency on 'nosuch', which does not exist",
    ]);
  });

  it('overrides a package of the tree with -f only', async () => {
    const overridden = await tree.feeds('install', '-p', 'otb', '-f', 'libgreet');
    expect(lines(overridden.output)).toEqual(["Overriding core package 'libgreet' with version from otb"]);
    tree.write('.config', 'CONFIG_PACKAGE_libgreet=y\n');
    await tree.succeed('make', 'defconfig');
    const info = tree.read('tmp/.packageinfo');
    expect(info).toContain('Source-Makefile: package/feeds/otb/libgreet/Makefile\nOverride: libs/libgreet\n');
    expect(info).not.toContain('package/libs/libgreet/Makefile');
  });

  it('installs all of a feed, and says which are missing', async () => {
    const all = await tree.feeds('install', '-a', '-p', 'otb');
    expect(all.exitCode).toBe(0);
    expect(all.stdout).toBe('Installing all packages from feed otb.\n');
    expect(tree.list('package/feeds/otb')).toEqual(['alpha', 'beta', 'delta', 'gamma']);
    expect((await tree.feeds('install', 'nosuch')).output).toContain("WARNING: No feed for package 'nosuch' found\n");
    expect((await tree.feeds('install', 'nosuch')).exitCode).toBe(0);
  });

  it('prefers the feed of -p', async () => {
    feedsConf(`src-link otb ${repository}`, `src-link twin ${repository}`);
    await tree.succeed('./scripts/feeds', 'update', '-a');
    expect((await tree.feeds('install', '-p', 'twin', 'gamma')).output).toContain(
      "Installing package 'gamma' from twin\n",
    );
  });

  it('says that an index is missing, exits 0, and has installed nothing', async () => {
    feedsConf('src-dummy never');
    const installed = await tree.feeds('install', '-a');
    expect(installed.exitCode).toBe(0);
    expect(installed.output).toContain("Ignoring feed 'never' - index missing\n");
    expect(tree.list('package/feeds')).toEqual([]);
  });

  it('gives new packages the answer of -d in an existing configuration, and leaves the others', async () => {
    tree.write('.config', '# CONFIG_PACKAGE_libgreet is not set\n');
    await tree.succeed('make', 'defconfig');
    await tree.succeed('./scripts/feeds', 'install', '-d', 'm', 'gamma');
    expect(tree.read('.config')).toContain('CONFIG_PACKAGE_gamma=m\n');
    expect(tree.read('.config')).toContain('# CONFIG_PACKAGE_libgreet is not set\n');
  });

  it('does not make a configuration that nobody asked for', async () => {
    await tree.succeed('./scripts/feeds', 'install', '-d', 'y', 'gamma');
    expect(tree.exists('.config')).toBe(false);
  });

  it('uninstalls one, says which was not there, and uninstalls all', async () => {
    await tree.succeed('./scripts/feeds', 'install', 'alpha');
    expect((await tree.feeds('uninstall', 'gamma')).output).toContain("Uninstalling package 'gamma'\n");
    expect(tree.list('package/feeds/otb')).toEqual(['alpha', 'beta']);
    expect((await tree.feeds('uninstall', 'gamma')).output).toContain('WARNING: gamma not installed\n');
    expect((await tree.feeds('uninstall')).output).toContain('WARNING: no package to uninstall\n');
    expect((await tree.feeds('uninstall', '-a')).output).toContain("removed './package/feeds/otb/alpha'\n");
    expect(tree.exists('package/feeds')).toBe(false);
  });

  it('lists, searches and cleans', async () => {
    expect((await tree.feeds('list', '-r', 'otb')).stdout).toBe(
      [
        ['alpha', 'The package alpha'],
        ['beta', 'The package beta'],
        ['delta', 'A package whose Makefile cannot be read'],
        ['gamma', 'The package gamma'],
        ['libgreet', 'The package libgreet'],
      ]
        .map(([name = '', title = '']) => `${name.padEnd(32)}\t${title}\n`)
        .join(''),
    );
    expect((await tree.feeds('search', 'feed: beta')).stdout).toBe(
      `Search results in feed 'otb':\n${'beta'.padEnd(25)}\tThe package beta\n`,
    );
    expect((await tree.feeds('search', 'nothing like it')).stdout).toBe('');
    await tree.succeed('./scripts/feeds', 'install', 'gamma');
    await tree.succeed('./scripts/feeds', 'clean');
    expect([tree.exists('feeds'), tree.exists('package/feeds')]).toEqual([false, false]);
    expect(readFileSync(join(repository, 'utils/gamma/Makefile'), 'utf8')).toContain('gamma');
  });

  it('explains itself, with exit 1, when called without a command', async () => {
    const usage = await tree.feeds('bogus');
    expect(usage.exitCode).toBe(1);
    expect(usage.stdout).toMatch(/^Usage: .*feeds <command> \[options\]\n/);
  });
});
