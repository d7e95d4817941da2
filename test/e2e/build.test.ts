import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtImage, type BuildResult, type BuiltImage } from '../support/built-image.js';
import { sha256OfFile } from '../support/hash.js';
import { describeWith, program } from '../support/needs.js';
import { documentOf, eventsOf, otb } from '../support/otb.js';

const needs = [program('make'), program('apt-get'), program('dpkg-deb')];

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'otb-build-test-'));
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

describe('otb build, before it does anything', () => {
  it('lists its recipes', async () => {
    expect(documentOf(await otb(['build', '--list', '--json']))).toMatchObject({
      recipes: [{ name: 'embedded' }, { name: 'openwrt' }, { name: 'overthebox' }, { name: 'overthebox-2016' }],
    });
  });

  it('shows the commands of a dry run in their order, and touches nothing', async () => {
    const directory = join(work, 'dry');
    const run = await otb(['build', 'embedded', '--dry-run', '--jobs', '3', '--work', directory]);
    expect(run).toMatchObject({ exitCode: 0 });
    const said = `${run.stdout}\n${run.stderr}`;
    const commands = [
      'scripts/feeds update -a',
      'scripts/feeds install -a',
      'make defconfig',
      'make download -j3',
      "make -j3 'V=s' 'BUILD_LOG=1'",
    ];
    const places = commands.map((command) => said.indexOf(command));
    expect(
      places.every((place) => place >= 0),
      said,
    ).toBe(true);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(existsSync(directory)).toBe(false);
  });

  it.each([
    [['build', 'embeded'], 'embeded', 'embedded'],
    [['build', 'embedded', '--jobs', '0'], '--jobs', '1 to 9999'],
    [['build', 'embedded', '--from', 'compile', '--until', 'feeds'], 'comes after', 'check, source'],
    [['build', 'embedded', '--work', '/tmp/with space'], 'white space', '--work'],
  ])('%j is refused, with what to do', async (args, what, advice) => {
    const run = await otb(args);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain(what);
    expect(run.stderr).toContain(advice);
  });

  it('cannot begin in the middle of nothing', async () => {
    const run = await otb(['build', 'embedded', '--from', 'compile', '--work', join(work, 'none'), '--json']);
    expect(run.exitCode).toBe(2);
    expect(documentOf(run)).toMatchObject({
      error: { message: expect.stringContaining('there is no build tree') as string },
    });
  });
});

describe('otb build --clean', () => {
  it('refuses a directory that otb has not made, and leaves it as it is', async () => {
    const mine = join(work, 'mine');
    mkdirSync(join(mine, 'embedded/tree'), { recursive: true });
    writeFileSync(join(mine, 'embedded/tree/thesis.txt'), 'years of work');
    const run = await otb(['build', 'embedded', '--clean', '--until', 'source', '--work', mine]);
    expect(run).toMatchObject({ exitCode: 9 });
    expect(run.stderr).toContain(`${mine}/embedded is not marked as a directory of otb's; it was left as it is`);
    expect(readFileSync(join(mine, 'embedded/tree/thesis.txt'), 'utf8')).toBe('years of work');
  });

  it('empties one that otb has made', async () => {
    const ours = join(work, 'ours');
    expect(await otb(['build', 'embedded', '--from', 'source', '--until', 'source', '--work', ours])).toMatchObject({
      exitCode: 0,
    });
    writeFileSync(join(ours, 'embedded/tree/left-over'), '');
    const run = await otb(['build', 'embedded', '--clean', '--from', 'source', '--until', 'source', '--work', ours]);
    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(ours, 'embedded/tree/left-over'))).toBe(false);
    expect(existsSync(join(ours, 'embedded/tree/rules.mk'))).toBe(true);
  });
});

describeWith(needs, 'otb build embedded', () => {
  let built: BuiltImage;
  let result: BuildResult;

  beforeAll(async () => {
    built = await builtImage();
    ({ result } = built);
  });

  it('collects an image to write, one for VirtualBox, the files, and what they are made of', () => {
    const { prefix } = built;
    expect(result).toMatchObject({ recipe: 'embedded', directory: built.images });
    expect(result.artifacts.map(({ name, kind }) => `${kind} ${name}`).sort()).toEqual(
      [
        `image ${prefix}-combined-ext4.img.gz`,
        `virtual-disk ${prefix}-combined-ext4.vdi`,
        `rootfs ${prefix}-rootfs.tar.gz`,
        `manifest ${prefix}.manifest`,
        `sbom ${prefix}.bom.cdx.json`,
        'metadata config.buildinfo',
        'metadata feeds.buildinfo',
        'metadata profiles.json',
        'metadata sha256sums',
        'metadata version.buildinfo',
      ].sort(),
    );
    for (const { name, size, sha256: hash } of result.artifacts) {
      const bytes = readFileSync(join(built.images, name));
      expect({ name, size: bytes.length, hash: sha256OfFile(join(built.images, name)) }).toEqual({ name, size, hash });
    }
  });

  it('writes down what it built from', () => {
    const document: unknown = JSON.parse(readFileSync(join(built.images, 'otb-build.json'), 'utf8'));
    expect(document).toMatchObject({
      schemaVersion: 1,
      recipe: 'embedded',
      feeds: [expect.stringMatching(/^src-link otb \//)],
      config: { sha256: sha256OfFile(join(built.tree, '.config')) },
      artifacts: result.artifacts,
    });
  });

  it('does nothing when nothing has changed, and says why', async () => {
    const again = await otb(['build', 'embedded', '--work', built.work, '--json']);
    expect(again, again.stderr).toMatchObject({ exitCode: 0 });
    expect((documentOf(again) as unknown as BuildResult).artifacts).toEqual(result.artifacts);
    const finished = eventsOf(again).filter(({ type }) => type === 'stage-finished');
    expect(finished.map((event) => `${event.stage ?? ''}: ${event.result ?? ''}, ${event.note ?? ''}`)).toEqual([
      'check: already-done, nothing is going to be built',
      ...['source', 'patch', 'feeds', 'configure', 'download', 'compile', 'collect'].map(
        (stage) => `${stage}: already-done, nothing it depends on has changed`,
      ),
    ]);
  });

  it('builds with --locked what otb.lock says, and names what has drifted', async () => {
    const locked = ['build', 'embedded', '--locked', '--work', built.work];
    expect(await otb(locked)).toMatchObject({ exitCode: 0 });
    const path = join(built.work, 'embedded/otb.lock');
    const text = readFileSync(path, 'utf8');
    try {
      writeFileSync(path, text.replace(/"wishes": "[0-9a-f]{64}"/, `"wishes": "${'0'.repeat(64)}"`));
      const drifted = await otb(locked);
      expect(drifted).toMatchObject({ exitCode: 2 });
      expect(drifted.stderr).toMatch(/^wishes for \.config: locked 000000000000…, now [0-9a-f]{12}…$/m);
    } finally {
      writeFileSync(path, text);
    }
  });

  it('makes the same bytes again, from nothing, in another place and without a network', async () => {
    const offline = { http_proxy: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9' };
    const words = ['build', 'embedded', '--check-reproducible', '--work', built.work];
    const run = await otb(words, { env: offline });
    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
    expect(run.stderr).toContain('both builds are the same');
    expect(readdirSync(join(built.work, 'embedded/again'))).toEqual(['.otb']);
  }, 3_600_000);

  it('names the wishes that the configuration could not keep, and leaves the images alone', async () => {
    const before = readdirSync(built.images);
    const directory = mkdtempSync(join(work, 'wish-'));
    const config = join(directory, 'otb.yaml');
    writeFileSync(
      config,
      `version: 1\nbuild:\n  recipe: embedded\n  directory: ${directory}/build\n  packages: [no-such-package]\n`,
    );
    const run = await otb(['build', '--config', config, '--until', 'configure'], { cwd: directory });
    expect(run, run.stderr).toMatchObject({ exitCode: 4 });
    expect(run.stderr).toContain(
      'CONFIG_PACKAGE_no-such-package=y  became  # CONFIG_PACKAGE_no-such-package is not set',
    );
    expect(readdirSync(built.images)).toEqual(before);
  });
});
