import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Tree } from '../../fixtures/embedded-tree/tree.js';
import { sha256OfFile } from '../../support/hash.js';

let tree: Tree;
beforeEach(() => {
  tree = new Tree();
});
afterEach(() => {
  tree.remove();
});

const root = 'build_dir/target-x86_64/root-x86';
const artifacts = 'bin/targets/x86/64';
const advice = (goal: string): string =>
  `make -r ${goal}: build failed. Please re-run make with -j1 V=s or V=sc for a higher verbosity level to see what's going on`;

function hashOf(path: string): string {
  return sha256OfFile(join(tree.path, path));
}

describe('make world', () => {
  it('goes from package Makefiles to a root file system, and says it as OpenWrt does', async () => {
    await tree.select(undefined, 'greeter');
    const built = await tree.make('-j3');

    expect(built.output).not.toContain('ERROR');
    expect(built.exitCode).toBe(0);
    expect(built.output).toMatch(/^ make\[1\] world$/m);
    expect(built.output).toMatch(/^ make\[2\] package\/compile$/m);
    expect(built.output).toMatch(/^ make\[3\] -C package\/utils\/greeter compile$/m);
    expect(tree.list('bin/packages/x86_64/base')).toEqual([
      'Packages',
      'Packages.gz',
      'base-files_1-1_x86_64.ipk',
      'greeter_2.0-1_x86_64.ipk',
      'libc-for-tests_1-1_x86_64.ipk',
      'libgreet_1.2-3_x86_64.ipk',
    ]);
    expect(tree.read(`${artifacts}/otb-embedded-x86-64.manifest`)).toBe(
      'base-files - 1-1\ngreeter - 2.0-1\nlibc-for-tests - 1-1\nlibgreet - 1.2-3\n',
    );
    expect(tree.read(`${artifacts}/version.buildinfo`)).toBe('r1-fixture\n');
    expect(tree.read(`${artifacts}/config.buildinfo`)).toContain('CONFIG_PACKAGE_greeter=y\n');
    expect(tree.read(`${artifacts}/sha256sums`)).toContain(
      `${hashOf(`${artifacts}/config.buildinfo`)} *config.buildinfo\n`,
    );
  });

  it('builds what a package depends on before it, however many jobs there are', async () => {
    await tree.select(undefined, 'greeter');
    const built = await tree.make('-j8', 'V=s');
    const times = [...built.output.matchAll(/^time: (\S+)#[\d.]+#[\d.]+#[\d.]+$/gm)].map((match) => match[1]);

    expect(times).toContain('package/base-files/compile');
    expect(times.indexOf('package/libs/libgreet/compile')).toBeLessThan(times.indexOf('package/utils/greeter/compile'));
    expect(built.output).toMatch(/^make\[3\]: Entering directory '.*\/package\/utils\/greeter'$/m);
  });

  it('makes the same bytes twice, in another directory and with other numbers of jobs', async () => {
    const other = new Tree();
    try {
      await tree.select(undefined, 'greeter');
      await other.select(undefined, 'greeter');
      await tree.succeed('make', '-j4');
      await other.succeed('make', '-j1');
      for (const name of tree.list('bin/packages/x86_64/base')) {
        const path = `bin/packages/x86_64/base/${name}`;
        const elsewhere = sha256OfFile(join(other.path, path));
        expect(`${name} ${hashOf(path)}`).toBe(`${name} ${elsewhere}`);
      }
      expect(tree.read(`${artifacts}/sha256sums`)).toBe(other.read(`${artifacts}/sha256sums`));
      expect(tree.read(`${root}/usr/lib/opkg/status`)).toBe(other.read(`${root}/usr/lib/opkg/status`));
    } finally {
      other.remove();
    }
  });

  it('compiles nothing again when nothing has changed, and one package when its file has', async () => {
    await tree.select(undefined, 'greeter');
    await tree.succeed('make', '-j2');
    const again = await tree.make('V=s');
    expect(again.output).not.toMatch(/^gcc/m);
    expect(again.output).toMatch(/Nothing to be done for 'compile'/);

    writeFileSync(
      join(tree.path, 'package/utils/greeter/files/greeter.config'),
      "config greeter\n\toption word 'bye'\n",
    );
    const changed = await tree.make('V=s');
    expect(changed.exitCode).toBe(0);
    expect([...changed.output.matchAll(/^gcc .*$/gm)]).toHaveLength(1);
    expect(tree.read(`${root}/etc/config/greeter`)).toContain('bye');
  });

  it('takes a package out of the root when it is deselected', async () => {
    await tree.select(undefined, 'greeter');
    await tree.succeed('make', '-j2');
    await tree.select(undefined, 'libgreet');
    await tree.succeed('make', '-j2');
    expect(tree.exists(`${root}/usr/lib/libgreet.so.1`)).toBe(true);
    expect(tree.exists(`${root}/usr/bin/greeter`)).toBe(false);
    expect(tree.read(`${artifacts}/otb-embedded-x86-64.manifest`)).not.toContain('greeter');
  });
});

describe('a package that fails', () => {
  it('is named, and nothing else is shown, without V=s', async () => {
    await tree.select('faulty', 'broken-c');
    const built = await tree.make('-j2');

    expect(built.exitCode).toBe(2);
    expect(built.output).toMatch(/^ {4}ERROR: package\/feeds\/faulty\/broken-c failed to build\.$/m);
    expect(built.output).toContain(advice('world'));
    expect(built.output).toMatch(/^make: \*\*\* \[.*include\/toplevel\.mk:\d+: world\] Error 1$/m);
    expect(built.output).not.toContain('undeclared_symbol');
  });

  it('shows its output with V=s, and the way down to it', async () => {
    await tree.select('faulty', 'broken-c');
    const built = await tree.make('-j2', 'V=s');

    expect(built.exitCode).toBe(2);
    expect(built.output).toContain("error: 'undeclared_symbol' undeclared");
    expect(built.output).toMatch(/^make\[3\]: \*\*\* \[Makefile:\d+: .*\/broken-c-1\.0\/\.built\] Error 1$/m);
    expect(built.output).toMatch(/^time: package\/feeds\/faulty\/broken-c\/compile#/m);
    expect(built.output).toMatch(/^ {4}ERROR: package\/feeds\/faulty\/broken-c failed to build\.$/m);
    expect(built.output).toMatch(
      /^make\[2\]: \*\*\* \[package\/Makefile:\d+: package\/feeds\/faulty\/broken-c\/compile\] Error 1$/m,
    );
    expect(built.output).toMatch(/^make\[1\]: \*\*\* \[.*\/stamp\/\.package_compile\] Error 2$/m);
    expect(built.output).toMatch(/^make: \*\*\* \[.*: world\] Error 2$/m);
    expect(built.output).not.toContain('build failed. Please re-run');
  });

  it('is one of two when two fail in one run', async () => {
    await tree.select('faulty', 'broken-c', 'broken-sh');
    const built = await tree.make('-j4');

    expect(built.exitCode).toBe(2);
    expect([...built.output.matchAll(/ERROR: (\S+) failed/g)].map((match) => match[1]).sort()).toEqual([
      'package/feeds/faulty/broken-c',
      'package/feeds/faulty/broken-sh',
    ]);
  });

  it('leaves its log under logs/, and its line in error.txt, which grows from run to run', async () => {
    await tree.select('faulty', 'broken-c');
    const built = await tree.make('BUILD_LOG=1');
    expect(built.output).not.toContain('undeclared_symbol');
    const log = tree.read('logs/package/feeds/faulty/broken-c/compile.txt');
    expect(log).toContain("error: 'undeclared_symbol' undeclared");
    expect(log).toMatch(/^gcc .*broken\.c$/m);

    await tree.make('BUILD_LOG=1');
    expect(tree.read('logs/package/error.txt')).toBe(
      '    ERROR: package/feeds/faulty/broken-c failed to build.\n'.repeat(2),
    );
  });

  it('is named with its variant where it has variants', async () => {
    await tree.select('faulty', 'two-variants-small');
    await tree.succeed('make', '-j2');
    expect(tree.read(`${root}/usr/share/two-variants`)).toBe('small\n');

    await tree.make('package/two-variants/clean');
    const built = await tree.make('package/two-variants/compile', 'BREAK_VARIANT=small');
    expect(built.exitCode).toBe(2);
    expect(built.output).toContain(
      '    ERROR: package/feeds/faulty/two-variants failed to build (build variant: small).',
    );
  });

  it('stops the build when a program needs a library that no dependency brings', async () => {
    await tree.select('faulty', 'missing-library');
    const built = await tree.make('-j2', 'V=s');
    expect(built.exitCode).toBe(2);
    expect(built.output).toMatch(
      /^Package missing-library is missing dependencies for the following libraries:\nlibc\.so\.6\nlibnowhere\.so\.7$/m,
    );
    expect(tree.list('bin/packages/x86_64/faulty').filter((name) => name.startsWith('missing-library'))).toEqual([]);
  });

  it('succeeds the second time when it only fails once, and the others are not built again', async () => {
    await tree.select('faulty', 'fails-once', 'greeter');
    await tree.succeed('make', 'package/greeter/compile');
    expect((await tree.make('-j2')).exitCode).toBe(2);
    const again = await tree.make('-j2', 'V=s');
    expect(again.exitCode).toBe(0);
    expect(again.output).not.toMatch(/-o \S*libgreet\.so\.1/);
    expect(tree.exists(`${root}/usr/share/fails-once`)).toBe(true);
  });

  it('loses a race only in parallel: alone, and then again in parallel, the build goes on', async () => {
    await tree.select('faulty', 'race-provider', 'race-user');
    const parallel = await tree.make('-j4');
    expect(parallel.exitCode).toBe(2);
    expect([...parallel.output.matchAll(/ERROR: (\S+) failed/g)].map((match) => match[1])).toEqual([
      'package/feeds/faulty/race-user',
    ]);
    expect((await tree.make('package/feeds/faulty/race-user/compile', '-j1', 'V=s')).exitCode).toBe(0);
    expect((await tree.make('-j4')).exitCode).toBe(0);
  });

  it('fails at installation when a dependency does not exist, as opkg would', async () => {
    await tree.select('faulty', 'needs-missing');
    expect(tree.read('.config')).toContain('CONFIG_PACKAGE_needs-missing=y');
    const built = await tree.make('-j2', 'V=s');
    expect(built.exitCode).toBe(2);
    expect(built.output).toContain(
      "WARNING: Makefile 'package/feeds/faulty/needs-missing/Makefile' has a dependency on 'does-not-exist', which does not exist",
    );
    expect(built.output).toContain(
      ' * satisfy_dependencies_for: Cannot satisfy the following dependencies for needs-missing:',
    );
    expect(built.output).toContain(' * opkg_install_cmd: Cannot install package needs-missing.');
  });

  it('fails at installation when its postinst does', async () => {
    await tree.select('faulty', 'postinst-fails');
    const built = await tree.make('-j2', 'V=s');
    expect(built.exitCode).toBe(2);
    expect(built.output).toMatch(
      /^postinst script \.\/usr\/lib\/opkg\/info\/postinst-fails\.postinst has failed with exit code 3$/m,
    );
  });

  it('does not when two packages own one file: the later one wins, and nothing is said', async () => {
    await tree.select('faulty', 'clash-one', 'clash-two');
    const built = await tree.make('-j2');
    expect(built.exitCode).toBe(0);
    expect(built.output).not.toMatch(/clash.*(?:own|overwr|conflict)/i);
    expect(tree.read(`${root}/usr/share/clash`)).toBe('two\n');
  });
});

describe('an interrupted make', () => {
  async function waitFor(path: string): Promise<void> {
    for (let tries = 0; tries < 600 && !tree.exists(path); tries += 1) await sleep(100);
    expect(tree.exists(path)).toBe(true);
  }

  it.each([['SIGINT'], ['SIGKILL']] as const)(
    'by %s leaves nothing half done, and the next one goes on',
    async (signal) => {
      await tree.select('faulty', 'slow');
      rmSync(join(tree.path, 'tmp/slow.log'), { force: true });
      const running = tree.start('make', ['-j2'], { SLOW_SECONDS: '600' });
      await waitFor('tmp/slow.log');
      process.kill(-running.pid, signal);
      const ended = await running.result;
      expect(ended.exitCode === 0).toBe(false);
      expect(tree.list('build_dir/target-x86_64/slow-1.0').some((name) => name === '.built')).toBe(false);
      expect(tree.list('bin/packages/x86_64/faulty')).toEqual([]);

      const resumed = await tree.make('-j2');
      expect(resumed.output).not.toContain('ERROR');
      expect(resumed.exitCode).toBe(0);
      expect(tree.read('tmp/slow.log')).toBe('begun\nbegun\nended\n');
      expect(tree.exists(`${root}/usr/share/slow`)).toBe(true);
    },
  );
});

describe('single targets', () => {
  it('knows a package by its path, by its name, and cleans it', async () => {
    await tree.select(undefined, 'greeter');
    await tree.succeed('make', 'package/libs/libgreet/compile');
    expect(tree.exists('build_dir/target-x86_64/libgreet-1.2/.built')).toBe(true);
    expect(tree.exists('staging_dir/target-x86_64/usr/include/greet.h')).toBe(true);
    expect(tree.exists('build_dir/target-x86_64/greeter-2.0')).toBe(false);

    await tree.succeed('make', 'package/greeter/compile', '-j2');
    expect(tree.exists('bin/packages/x86_64/base/greeter_2.0-1_x86_64.ipk')).toBe(true);

    await tree.succeed('make', 'package/libgreet/clean');
    expect(tree.exists('build_dir/target-x86_64/libgreet-1.2')).toBe(false);
    expect(tree.exists('staging_dir/target-x86_64/usr/include/greet.h')).toBe(false);
    expect(tree.list('bin/packages/x86_64/base').filter((name) => name.startsWith('libgreet'))).toEqual([]);
  });

  it('says so when there is no such package', async () => {
    await tree.select(undefined, 'greeter');
    const built = await tree.make('package/nosuch/compile', 'V=s');
    expect(built.exitCode).toBe(2);
    expect(built.output).toContain("No rule to make target 'package/nosuch/compile'");
  });

  it('clean keeps the downloads, the configuration and the feeds; dirclean takes the rest', async () => {
    await tree.select('feed', 'gamma');
    tree.write('dl/kept', '');
    await tree.succeed('make', '-j2');
    await tree.succeed('make', 'clean');
    expect([tree.exists('bin'), tree.exists('build_dir/target-x86_64'), tree.exists('logs')]).toEqual([
      false,
      false,
      false,
    ]);
    expect([tree.exists('dl/kept'), tree.exists('.config'), tree.exists('package/feeds/feed/gamma')]).toEqual([
      true,
      true,
      true,
    ]);
    await tree.succeed('make', 'dirclean');
    expect([tree.exists('tmp'), tree.exists('staging_dir'), tree.exists('build_dir')]).toEqual([false, false, false]);
    await tree.succeed('make', '-j2');
  });
});
