import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, readlinkSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Tree } from '../../fixtures/embedded-tree/tree.js';
import { sha256Of } from '../../../src/core/sha256.js';

let tree: Tree;
const packages = 'bin/packages/x86_64/base';
const root = 'build_dir/target-x86_64/root-x86';

beforeAll(async () => {
  tree = new Tree();
  tree.write('files/etc/overlay', 'mine\n');
  tree.write('files/etc/config/greeter', 'the overlay wins\n');
  await tree.select('faulty', 'greeter', 'no-install');
  await tree.succeed('make', '-j2');
});
afterAll(() => {
  tree.remove();
});

function tar(...args: string[]): string {
  return execFileSync('tar', args, { cwd: tree.path, encoding: 'utf8', env: { PATH: process.env['PATH'], TZ: 'UTC' } });
}

/** One member of the ipk, listed with `tar -tv`, or a file in it printed. */
function inside(ipk: string, member: string, ...args: string[]): string {
  const script = 'tar -xzOf "$1" "./$2" | tar --numeric-owner --full-time -z "${@:3}" -f -';
  return execFileSync('bash', ['-c', script, 'sh', join(tree.path, ipk), member, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C' },
  });
}

const listing = (ipk: string, member: string): string[][] =>
  inside(ipk, member, '-tv')
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));

describe('an ipk', () => {
  const greeter = `${packages}/greeter_2.0-1_x86_64.ipk`;

  it('is a gzip archive of three members in the order opkg wants', () => {
    expect(tar('-tzf', greeter).trim().split('\n')).toEqual(['./debian-binary', './data.tar.gz', './control.tar.gz']);
    expect(tar('-xzOf', greeter, './debian-binary')).toBe('2.0\n');
  });

  it('names owners by number, dates everything alike, and sorts', () => {
    for (const member of ['data.tar.gz', 'control.tar.gz']) {
      const rows = listing(greeter, member);
      expect(rows.map((row) => row[1])).toEqual(rows.map(() => '0/0'));
      expect(new Set(rows.map((row) => `${row[3] ?? ''} ${row[4] ?? ''}`))).toEqual(new Set(['2023-11-14 22:13:20']));
      const names = rows.map((row) => row[5] ?? '');
      expect(names).toEqual([...names].sort());
    }
  });

  it('has the modes that its install section gave', () => {
    const modes = new Map(listing(greeter, 'data.tar.gz').map((row) => [row[5], row[0]]));
    expect(modes.get('./usr/bin/greeter')).toBe('-rwxr-xr-x');
    expect(modes.get('./etc/config/greeter')).toBe('-rw-------');
    expect(modes.get('./usr/bin/')).toBe('drwxr-xr-x');
  });

  it('says what it is', () => {
    expect(inside(greeter, 'control.tar.gz', '-xO', './control')).toBe(
      [
        'Package: greeter',
        'Version: 2.0-1',
        'Depends: libc, libgreet, libc-for-tests',
        'Source: package/utils/greeter',
        'SourceName: greeter',
        'License: Apache-2.0',
        'Section: utils',
        'SourceDateEpoch: 1700000000',
        'Maintainer: Nobody <nobody@example.net>',
        'Architecture: x86_64',
        `Installed-Size: ${String(installedSize(greeter))}`,
        'Description: Says 42 by its exit status.',
        ' Two lines.',
        '',
      ].join('\n'),
    );
    expect(inside(greeter, 'control.tar.gz', '-xO', './conffiles')).toBe('/etc/config/greeter\n');
  });

  function installedSize(ipk: string): number {
    return listing(ipk, 'data.tar.gz')
      .filter((row) => row[0]?.startsWith('-'))
      .reduce((sum, row) => sum + Number(row[2]), 0);
  }

  it("calls the device's library from its scripts, and carries the package's own beside them", () => {
    const postinst = inside(greeter, 'control.tar.gz', '-xO', './postinst');
    expect(postinst).toContain('[ "${IPKG_NO_SCRIPT}" = "1" ] && exit 0\n');
    expect(postinst).toContain('default_postinst "$0" "$@"\n');
    expect(inside(greeter, 'control.tar.gz', '-xO', './prerm')).toContain('default_prerm "$0" "$@"\n');
    expect(inside(greeter, 'control.tar.gz', '-xO', './postinst-pkg')).toContain(
      'echo "greeter: ${IPKG_INSTROOT:+offline}"',
    );
  });

  it('keeps what it names but does not bring for sysupgrade', () => {
    const names = listing(`${packages}/base-files_1-1_x86_64.ipk`, 'data.tar.gz').map((row) => row[5]);
    expect(names).toContain('./lib/upgrade/keep.d/base-files');
    expect(tree.read(`${root}/lib/upgrade/keep.d/base-files`)).toBe('/etc/absent\n');
  });

  it('is stripped', () => {
    const symbols = execFileSync('readelf', ['-S', join(tree.path, root, 'usr/bin/greeter')], { encoding: 'utf8' });
    expect(symbols).not.toContain('.symtab');
  });

  it('is not made of a package without an install section', () => {
    expect(tree.read('.config')).toContain('CONFIG_PACKAGE_no-install=y');
    expect(tree.list('bin/packages/x86_64/faulty').filter((name) => name.startsWith('no-install'))).toEqual([]);
  });

  it('is in the index with its size and hash', () => {
    const index = tree.read(`${packages}/Packages`);
    const entry = index.split('\n\n').find((text) => text.startsWith('Package: libgreet\n')) ?? '';
    const size = statSync(join(tree.path, packages, 'libgreet_1.2-3_x86_64.ipk')).size;
    expect(entry).toContain(`\nFilename: libgreet_1.2-3_x86_64.ipk\nSize: ${String(size)}\nSHA256sum: `);
    expect(execFileSync('gzip', ['-dc', join(tree.path, packages, 'Packages.gz')], { encoding: 'utf8' })).toBe(index);
  });
});

describe('the root file system', () => {
  it('has the files, and runs what was compiled against the staged library', () => {
    const program = join(tree.path, root, 'usr/bin/greeter');
    const run = (): unknown =>
      execFileSync(program, [], { env: { LD_LIBRARY_PATH: join(tree.path, root, 'usr/lib') }, stdio: 'ignore' });
    expect(run).toThrow(expect.objectContaining({ status: 42 }));
  });

  it('ran every postinst with IPKG_INSTROOT, and enabled the services through its own rc.common', () => {
    expect(tree.read(`${root}/etc/greeter.installed`)).toBe('greeter: offline\n');
    expect(readlinkSync(join(tree.path, root, 'etc/rc.d/S95greeter'))).toBe('../init.d/greeter');
  });

  it('has files/ over everything', () => {
    expect(tree.read(`${root}/etc/overlay`)).toBe('mine\n');
    expect(tree.read(`${root}/etc/config/greeter`)).toBe('the overlay wins\n');
  });

  it("keeps opkg's records", () => {
    const status = tree.read(`${root}/usr/lib/opkg/status`);
    const entry = status.split('\n\n').find((text) => text.startsWith('Package: greeter\n')) ?? '';
    expect(entry).toMatch(
      /^Package: greeter\nVersion: 2\.0-1\nDepends: libc, libgreet, libc-for-tests\nStatus: install user installed\nArchitecture: x86_64\nConffiles:\n \/etc\/config\/greeter [0-9a-f]{64}\nInstalled-Time: 1700000000$/,
    );
    expect(tree.read(`${root}/usr/lib/opkg/info/greeter.list`)).toBe(
      '/etc/config/greeter\n/etc/init.d/greeter\n/usr/bin/greeter\n',
    );
    expect(status.indexOf('Package: libgreet')).toBeLessThan(status.indexOf('Package: greeter'));
  });

  it('has nothing newer than the build', () => {
    expect(lstatSync(join(tree.path, root, 'etc/greeter.installed')).mtimeMs).toBe(1_700_000_000_000);
    expect(lstatSync(join(tree.path, root, 'etc/rc.d/S95greeter')).mtimeMs).toBe(1_700_000_000_000);
    expect(lstatSync(join(tree.path, root, 'etc')).mtimeMs).toBe(1_700_000_000_000);
  });
});

describe('a changed package', () => {
  it('is prepared afresh, under its new version, and the old archive goes', async () => {
    const makefile = 'package/utils/greeter/Makefile';
    tree.write(makefile, tree.read(makefile).replace('PKG_VERSION:=2.0', 'PKG_VERSION:=2.1'));
    await tree.succeed('make', '-j2');
    expect(tree.list(packages).filter((name) => name.startsWith('greeter'))).toEqual(['greeter_2.1-1_x86_64.ipk']);
    expect(tree.read('bin/targets/x86/64/otb-embedded-x86-64.manifest')).toContain('greeter - 2.1-1\n');
  });

  it('is not, when only a date has changed', async () => {
    const source = join(tree.path, 'package/utils/greeter/src/main.c');
    utimesSync(source, new Date(), new Date());
    const built = await tree.make('package/greeter/compile', 'V=s');
    expect(built.exitCode).toBe(0);
    expect(built.output).not.toMatch(/^gcc/m);
  });
});

describe('a patch', () => {
  it('is applied, and named when it does not apply', async () => {
    tree.write(
      'package/libs/libgreet/patches/100-other.patch',
      '--- a/greet.c\n+++ b/greet.c\n@@ -2,5 +2,5 @@\n \n int greet(void)\n {\n-\treturn 42;\n+\treturn 43;\n }\n',
    );
    await tree.succeed('make', 'package/libgreet/compile');
    expect(tree.read('build_dir/target-x86_64/libgreet-1.2/greet.c')).toContain('return 43;');

    tree.write(
      'package/libs/libgreet/patches/100-other.patch',
      '--- a/greet.c\n+++ b/greet.c\n@@ -2,5 +2,5 @@\n \n int greet(void)\n {\n-\treturn 1;\n+\treturn 43;\n }\n',
    );
    const broken = await tree.make('package/libgreet/compile', 'V=s');
    expect(broken.exitCode).toBe(2);
    expect(broken.output).toMatch(/^Patch failed! {2}Please fix \.\/patches\/100-other\.patch!$/m);
    expect(broken.output).toContain('    ERROR: package/libs/libgreet failed to build.');
  });
});

describe('a download', () => {
  const good = new Tree();
  afterAll(() => {
    good.remove();
  });

  beforeAll(async () => {
    good.write('download-1.0/text', 'fetched\n');
    good.write('mirror/.keep', '');
    execFileSync(
      'tar',
      ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '-czf', 'mirror/download-1.0.tar.gz', 'download-1.0'],
      {
        cwd: good.path,
      },
    );
    await good.select('faulty', 'download');
  });

  const sum = (): string =>
    execFileSync('sha256sum', ['mirror/download-1.0.tar.gz'], { cwd: good.path, encoding: 'utf8' }).slice(0, 64);

  it('comes from its URL, is checked, unpacked and packed', async () => {
    await good.succeed('make', 'download', `DOWNLOAD_HASH=${sum()}`);
    expect(good.list('dl')).toEqual(['download-1.0.tar.gz']);
    await good.succeed('make', '-j2', `DOWNLOAD_HASH=${sum()}`);
    expect(good.read(`${root}/usr/share/download`)).toBe('fetched\n');
  });

  it('is refused when its hash is wrong, and nothing stays in dl/', async () => {
    await good.succeed('make', 'clean');
    const wrong = '0'.repeat(64);
    const failed = await good.make('package/download/download', 'V=s', `DOWNLOAD_HASH=${wrong}`);
    expect(failed.exitCode).toBe(2);
    expect(failed.output).toContain(
      `Hash of the downloaded file does not match (file: ${sum()}, requested: ${wrong}) - deleting download.\n`,
    );
    expect(failed.output).toContain('No more mirrors to try - giving up.\n');
    expect(failed.output).toContain('    ERROR: package/feeds/faulty/download failed to build.');
    expect(good.list('dl')).toEqual([]);
  });

  it('is fetched again when the file in dl/ is not the right one', async () => {
    good.write('dl/download-1.0.tar.gz', 'cut off');
    const found = sha256Of('cut off');
    const fetched = await good.make('package/download/download', 'V=s', `DOWNLOAD_HASH=${sum()}`);
    expect(fetched.output).toContain(
      `Hash of the local file download-1.0.tar.gz does not match (file: ${found}, requested: ${sum()}) - deleting download.\n`,
    );
    expect(fetched.exitCode).toBe(0);
    expect((await good.make('-j2', `DOWNLOAD_HASH=${sum()}`)).exitCode).toBe(0);
    execFileSync('rm', ['-rf', 'dl'], { cwd: good.path });
  });

  it('comes from DOWNLOAD_MIRROR first, and says when a mirror has none', async () => {
    const elsewhere = join(good.path, 'elsewhere');
    good.write('elsewhere/deep/.keep', '');
    const without = await good.make('package/download/download', 'V=s', `DOWNLOAD_MIRROR=file://${elsewhere}`);
    expect(without.output).toContain(`No instances of download-1.0.tar.gz found in ${elsewhere}.\n`);
    expect(without.exitCode).toBe(0);

    execFileSync('rm', ['-rf', 'dl'], { cwd: good.path });
    execFileSync('mv', ['mirror/download-1.0.tar.gz', 'elsewhere/deep/'], { cwd: good.path });
    const found = await good.make('package/download/download', 'V=s', `DOWNLOAD_MIRROR=file://${elsewhere}`);
    expect(found.output).toContain(`Copying download-1.0.tar.gz from ${elsewhere}/deep/download-1.0.tar.gz\n`);
    expect(good.list('dl')).toEqual(['download-1.0.tar.gz']);
  });

  it('gives up without waiting when nobody has it', async () => {
    execFileSync('rm', ['-rf', 'dl', 'elsewhere'], { cwd: good.path });
    const failed = await good.make('download', '-j2');
    expect(failed.exitCode).toBe(2);
    expect(failed.output).toContain('    ERROR: package/feeds/faulty/download failed to build.');
    expect(failed.output).toContain('make -r package/download: build failed. Please re-run make');
  });
});

describe('prerequisites', () => {
  it('are checked once, and what is missing is named', async () => {
    execFileSync('rm', [join(tree.path, 'staging_dir/host/.prereq-build')]);
    tree.write('target/linux/prereq.list', 'nosuch :: nosuch-program --version :: the nosuch program\n');
    const failed = await tree.make('defconfig');
    expect(failed.exitCode).toBe(2);
    expect(failed.output).toMatch(/^Checking 'working-make'\.\.\. ok\.$/m);
    expect(failed.output).toMatch(/^Checking 'nosuch'\.\.\. failed\.$/m);
    expect(failed.output).toMatch(
      /^\nBuild dependency: Please install the nosuch program\n\nPrerequisite check failed\. Use FORCE=1 to override\.$/m,
    );

    expect((await tree.make('defconfig', 'FORCE=1')).exitCode).toBe(0);

    const bin = join(tree.path, 'bin-for-test');
    tree.write('bin-for-test/nosuch-program', '#!/bin/sh\n');
    chmodSync(join(bin, 'nosuch-program'), 0o755);
    writeFileSync(join(tree.path, 'target/linux/prereq.list'), tree.read('target/linux/prereq.list'));
    const found = await tree.run('make', ['defconfig'], { PATH: `${bin}:${process.env['PATH'] ?? ''}` });
    expect(found.exitCode).toBe(0);
    expect((await tree.make('defconfig')).output).not.toContain('Checking');
  });
});
