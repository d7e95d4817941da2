import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cachePath } from '../../src/build/git/cache.js';
import { documentOf, otb, repositoryPath } from '../support/otb.js';

let work: string;
beforeAll(() => {
  work = realpathSync(mkdtempSync(join(tmpdir(), 'otb-recipes-test-')));
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

const home = repositoryPath.replace(/\/$/, '');
const caches = () => join(work, 'cache/otb/git');
const cacheOf = (url: string) => cachePath(caches(), url);

/** The commands of a dry run from the source on, one a line; what differs from run to run is replaced. */
async function dryRun(...args: string[]): Promise<string[]> {
  const words = ['build', ...args, '--dry-run', '--from', 'source', '--jobs', '9', '--work', join(work, 'b')];
  const run = await otb(words, { env: { XDG_CACHE_HOME: join(work, 'cache') } });
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  expect([existsSync(join(work, 'b')), existsSync(caches())]).toEqual([false, false]);
  const lines = run.stderr.split('\n').filter((line) => line.startsWith('    ') && !/^ {4}previewed/.test(line));
  return lines.map((line) => line.trim().replaceAll(/\.part-\d+/g, '.part'));
}

/** A repository into its cache. */
const cached = (url: string) => [
  `git clone --progress --bare ${url} ${cacheOf(url)}.part`,
  `mv -T ${cacheOf(url)}.part ${cacheOf(url)}`,
];

/** The tree out of its cache. */
function cloned(recipe: string, url: string, commit: string): string[] {
  const root = join(work, 'b', recipe);
  return [
    ...cached(url),
    `git clone --no-checkout ${cacheOf(url)} ${root}/tree.part`,
    `git -C ${root}/tree.part remote set-url origin ${url}`,
    `git -C ${root}/tree.part checkout -B otb ${commit}`,
    `mv -T ${root}/tree.part ${root}/tree`,
  ];
}

describe('otb build --dry-run', () => {
  it('of overthebox-2016 reads like its README', async () => {
    const feeds = 'https://github.com/ovh/overthebox-feeds.git';
    expect((await dryRun('overthebox-2016')).slice(0, 15)).toEqual([
      ...cloned(
        'overthebox-2016',
        'https://github.com/ovh/overthebox-openwrt.git',
        'e019497a7a425cbf7b60a2b0c79476d341a6e414',
      ),
      ...cached(feeds),
      'cp feeds.conf.default feeds.conf',
      `echo src-git overthebox '${feeds}^a7e5e773c5b2a134b04ecdd56627e607ee7ca8a8' >> feeds.conf`,
      './scripts/feeds update -a',
      './scripts/feeds install -a -p overthebox',
      './scripts/feeds install -p overthebox -f netifd',
      './scripts/feeds install -p overthebox -f dnsmasq',
      './scripts/feeds install -a',
    ]);
  });

  it('of overthebox-2016 with --unpinned takes the tips', async () => {
    const commands = await dryRun('overthebox-2016', '--unpinned');
    expect(commands).toContain(`git -C ${join(work, 'b/overthebox-2016/tree.part')} checkout -B otb overthebox`);
    expect(commands).toContain('echo src-git overthebox https://github.com/ovh/overthebox-feeds.git >> feeds.conf');
  });

  it('of openwrt reads like its own', async () => {
    const feeds = 'https://github.com/ovh/overthebox-feeds.git';
    expect((await dryRun('openwrt')).slice(0, 17)).toEqual([
      ...cloned('openwrt', 'https://git.openwrt.org/openwrt/openwrt.git', '78b23a26c4c98938d549e7ff5876508544e33d4d'),
      ...cached(feeds),
      'cp feeds.conf.default feeds.conf',
      `echo src-git overthebox '${feeds}^afd781cefb234725790ece853d7861ddd44ea9a0' >> feeds.conf`,
      `echo src-link otb ${home}/feeds/otb >> feeds.conf`,
      './scripts/feeds update -a',
      './scripts/feeds install -a -p otb',
      './scripts/feeds install -p overthebox shadowsocks-rust',
      './scripts/feeds install -a -p packages',
      './scripts/feeds install -a -p luci',
      './scripts/feeds install -a -p routing',
    ]);
  });

  it('of overthebox reads like its build script', async () => {
    const pins: Record<string, readonly [string, string]> = {
      packages: ['https://github.com/openwrt/packages.git', 'dd6e009bde518e312c604f8dc6471e27c4404c97'],
      luci: ['https://github.com/openwrt/luci.git', '923f8d991a49dc3d899fd24fc92ae7b1653ee4d0'],
      routing: ['https://github.com/openwrt/routing.git', 'bdbd09d1338066832fbc33fb10d28daea6fe121f'],
      overthebox: ['https://github.com/ovh/overthebox-feeds.git', 'afd781cefb234725790ece853d7861ddd44ea9a0'],
    };
    const urls = Object.values(pins).map(([url]) => url);
    expect((await dryRun('overthebox')).slice(0, 21)).toEqual([
      ...cloned('overthebox', 'https://github.com/ovh/overthebox-lede.git', 'd50607b449600aa36e579895eff904d4b478b4c4'),
      ...urls.flatMap(cached),
      ...Object.entries(pins).map(
        ([name, [url, hash]], index) => `echo src-git ${name} '${url}^${hash}' ${index === 0 ? '>' : '>>'} feeds.conf`,
      ),
      './scripts/feeds update -a',
      './scripts/feeds install -a -d y -f -p overthebox',
      expect.stringMatching(/^\.\/scripts\/feeds install -d y luci-app-pbr .*otb-tracker$/) as string,
    ]);
  });

  it('of embedded copies its tree', async () => {
    const tree = join(work, 'b/embedded/tree');
    expect((await dryRun('embedded')).slice(0, 5)).toEqual([
      `cp -a ${home}/trees/embedded/. ${tree}/`,
      'cp feeds.conf.default feeds.conf',
      `echo src-link otb ${home}/feeds/otb >> feeds.conf`,
      './scripts/feeds update -a',
      './scripts/feeds install -a',
    ]);
  });
});

describe('recipes', () => {
  it('are listed, and shown as a file of the user’s own could have them', async () => {
    const list = await otb(['build', '--list']);
    expect(list.stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'embedded',
      'openwrt',
      'overthebox',
      'overthebox-2016',
      '',
    ]);
    const shown = await otb(['build', 'overthebox-2016', '--show']);
    expect(shown.stdout).toBe(`name: overthebox-2016
summary: OverTheBox as its README of 2016 builds it, with pins of the time; for history's sake, not for a network
source:
  kind: git
  url: https://github.com/ovh/overthebox-openwrt.git
  branch: overthebox
  commit: e019497a7a425cbf7b60a2b0c79476d341a6e414
feeds:
  - type: src-git
    name: overthebox
    location: https://github.com/ovh/overthebox-feeds.git
    commit: a7e5e773c5b2a134b04ecdd56627e607ee7ca8a8
pins:
  packages: 3cb2cd7b5a969ee9794e0cc15fa80e027286f8d4
  routing: c4d975fc18af8b1ab78566708a81323d5c7fda8f
installs:
  - - -a
    - -p
    - overthebox
  - - -p
    - overthebox
    - -f
    - netifd
  - - -p
    - overthebox
    - -f
    - dnsmasq
  - - -a
config:
  - CONFIG_TARGET_x86=y
  - CONFIG_TARGET_x86_64=y
  - CONFIG_TARGET_ROOTFS_EXT4FS=y
  - CONFIG_TARGET_IMAGES_GZIP=y
  - CONFIG_GRUB_IMAGES=y
  - CONFIG_VDI_IMAGES=y
packages:
  - overthebox
`);
    const file = join(work, 'mine.yaml');
    writeFileSync(file, shown.stdout.replace('name: overthebox-2016', 'name: mine'));
    expect(documentOf(await otb(['build', file, '--show', '--json']))).toMatchObject({
      recipe: { name: 'mine', pins: { routing: 'c4d975fc18af8b1ab78566708a81323d5c7fda8f' } },
    });
  });

  it('of the user’s own have every problem told, with its place', async () => {
    const file = join(work, 'bad.yaml');
    writeFileSync(file, 'name: bad\nsource: { kind: git, url: "ext::sh" }\nfeed: []\n');
    const run = await otb(['build', file]);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain(
      `${file}:2:27: source.url: the address holds "::", which git takes for a program to run; use https://, ssh://, git@host:path, file:///path or a path`,
    );
    expect(run.stderr).toContain(`${file}:3:1: feed: there is no such section; did you mean "feeds"?`);
  });

  it('take tree and feeds from this machine', async () => {
    const directory = join(work, 'elsewhere');
    mkdirSync(directory);
    const shown = documentOf(await otb(['build', 'openwrt', '--source', directory, '--show', '--json']));
    expect(shown).toMatchObject({ recipe: { source: { kind: 'tree', path: directory } } });
    const commands = await dryRun('embedded', '--feed', `otb=${directory}`);
    expect(commands).toContain(`echo src-link otb ${directory} >> feeds.conf`);
  });

  it.each([
    [['--source', '/nonesuch'], '--source: there is no directory /nonesuch'],
    [['--source', 'ext::sh'], '--source "ext::sh": the address holds "::", which git takes for a program to run'],
    [['--feed', 'otb'], '--feed wants NAME=PATH-or-URL, not "otb"'],
    [['--feed', 'o-t-b=/tmp'], 'the feed "o-t-b" has a name that scripts/feeds does not know'],
  ])('%j is refused', async (args, message) => {
    const run = await otb(['build', 'openwrt', ...args, '--dry-run']);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain(message);
  });
});
