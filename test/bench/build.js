// What otb adds to a build, and what it saves: `npm run bench -- build [cold|embedded|nothing|race|log ...]`; without a
// name, all but `embedded`, which builds the whole image twice. `… build recipe FILE` compares a recipe over a real
// tree, feeds to defconfig. Both sides of each ratio run in turn.
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { median, otb, run, tellingPeak } from './measure.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const embedded = join(repository, 'trees/embedded');
const fixtures = join(repository, 'test/fixtures/embedded-tree');
const jobs = Math.max(2, availableParallelism());
const runs = 3;

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'otb-bench-')));
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(2)} s`;

/** The commands as a shell has them, in a tree; what they print goes to a log. */
function bare(tree, commands) {
  const script = `set -e\n(\n${commands.join('\n')}\n) > ../bare.log 2>&1`;
  return run('sh', ['-c', script], { cwd: tree, env: { ...process.env, FORCE_UNSAFE_CONFIGURE: '1' } });
}

/** A small tree of the embedded tree's machinery, as the tests have it. */
function smallTree(name) {
  const tree = join(directory, name);
  for (const part of [
    'Makefile',
    'rules.mk',
    'Config.in',
    'feeds.conf.default',
    'include',
    'scripts',
    'package/Makefile',
  ]) {
    cpSync(join(embedded, part), join(tree, part), { recursive: true });
  }
  cpSync(join(fixtures, 'core'), join(tree, 'package'), { recursive: true });
  cpSync(join(fixtures, 'target'), join(tree, 'target'), { recursive: true });
  writeFileSync(join(tree, 'version'), 'r1-bench\n');
  writeFileSync(join(tree, 'version.date'), '1700000000\n');
  mkdirSync(join(tree, 'files/sbin'), { recursive: true });
  writeFileSync(join(tree, 'files/sbin/init'), '#!/bin/sh\n');
  return tree;
}

/** A package of one file, that runs one command when it is built. */
function writePackage(feed, name, title, command) {
  mkdirSync(join(feed, name), { recursive: true });
  const text = `include $(TOPDIR)/rules.mk
PKG_NAME:=${name}
PKG_VERSION:=1
PKG_RELEASE:=1
include $(INCLUDE_DIR)/package.mk
define Package/${name}
  SECTION:=utils
  CATEGORY:=Utilities
  TITLE:=${title}
endef
define Build/Compile
	${command}
endef
define Package/${name}/install
	$(INSTALL_DIR) $(1)/usr/share
	echo ${name} > $(1)/usr/share/${name}
endef
$(eval $(call BuildPackage,${name}))
`;
  writeFileSync(join(feed, name, 'Makefile'), text);
}

/** Packages that take some seconds each, beside one that loses a race. */
function slowFeed() {
  const feed = join(directory, 'slow-feed');
  for (const name of ['race-user', 'race-provider']) {
    cpSync(join(fixtures, 'faulty', name), join(feed, name), { recursive: true });
  }
  for (let number = 1; number <= 8; number++) writePackage(feed, `wait-${number}`, 'Takes three seconds', 'sleep 3');
  return feed;
}

/** A recipe over a tree, in a file of its own. */
function recipeFile(name, tree, feed, packages) {
  const file = join(directory, `${name}.yaml`);
  const source = { kind: 'tree', path: tree };
  const feeds = [{ type: 'src-link', name: 'bench', location: feed }];
  writeFileSync(file, JSON.stringify({ name, source, feeds, treeFeeds: false, asRoot: true, packages }));
  return file;
}

const build = (recipe, work, words = []) =>
  run(process.execPath, [...tellingPeak, otb, 'build', recipe, '--work', work, '--jobs', String(jobs), ...words]);

/** What somebody types for the same: feeds, configuration, download, make. */
function typed(feed, packages) {
  return [
    `echo src-link bench ${feed} > feeds.conf`,
    './scripts/feeds update -a',
    './scripts/feeds install -a',
    `printf '%s\\n' ${packages.map((name) => `CONFIG_PACKAGE_${name}=y`).join(' ')} > .config`,
    'make defconfig',
    `make download -j${jobs} V=s`,
    `make -j${jobs} V=s BUILD_LOG=1`,
  ];
}

const fresh = (path) => {
  rmSync(path, { recursive: true, force: true });
  return path;
};

function cold() {
  const feed = slowFeed();
  const packages = ['wait-1', 'wait-2', 'wait-3', 'wait-4'];
  const source = smallTree('cold-source');
  const recipe = recipeFile('cold', source, feed, packages);
  const [ours, theirs] = [[], []];
  for (let turn = 0; turn < runs; turn++) {
    ours.push(build(recipe, fresh(join(directory, 'cold'))).time);
    const tree = fresh(join(directory, 'bare/tree'));
    const begun = performance.now();
    cpSync(source, tree, { recursive: true });
    bare(tree, typed(feed, packages));
    theirs.push(performance.now() - begun);
  }
  const [one, other] = [median(ours), median(theirs)];
  console.log(
    `cold, small tree       otb ${seconds(one)}, bare commands ${seconds(other)}: ${(one / other).toFixed(2)} x`,
  );
}

/** The whole embedded image, with its downloads at hand. */
function wholeImage() {
  const work = join(directory, 'embedded');
  const dl = [join(repository, 'build/embedded/tree/dl'), join(repository, 'build/test/embedded/tree/dl')].find(
    existsSync,
  );
  if (dl === undefined) throw new Error('build it once first: `otb build embedded`');
  const ours = fresh(join(work, 'ours'));
  mkdirSync(join(ours, 'embedded/tree'), { recursive: true });
  symlinkSync(dl, join(ours, 'embedded/tree/dl'));
  const one = build('embedded', ours).time;
  const tree = fresh(join(work, 'bare/tree'));
  const begun = performance.now();
  cpSync(embedded, tree, { recursive: true });
  symlinkSync(dl, join(tree, 'dl'));
  cpSync(join(ours, 'embedded/tree/.config'), join(tree, '.wanted'));
  bare(tree, [
    'cp feeds.conf.default feeds.conf',
    `echo src-link otb ${join(repository, 'feeds/otb')} >> feeds.conf`,
    './scripts/feeds update -a',
    './scripts/feeds install -a',
    'cp .wanted .config',
    'make defconfig',
    `make download -j${jobs} V=s`,
    `make -j${jobs} V=s BUILD_LOG=1`,
  ]);
  const other = performance.now() - begun;
  console.log(
    `cold, embedded image   otb ${seconds(one)}, bare commands ${seconds(other)}: ${(one / other).toFixed(2)} x`,
  );
}

function nothing() {
  const recipe = recipeFile('nothing', smallTree('nothing-source'), slowFeed(), ['wait-1']);
  const work = join(directory, 'nothing');
  build(recipe, work);
  const [ours, starts, sources] = [[], [], []];
  for (let turn = 0; turn < 2 * runs + 1; turn++) {
    const { time, stderr } = build(recipe, work, ['--json']);
    ours.push(time);
    starts.push(run(process.execPath, ['-e', '0']).time);
    const lines = stderr
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
    sources.push(lines.find(({ type, stage }) => type === 'stage-finished' && stage === 'source').elapsedMs);
  }
  const [one, start] = [median(ours), median(starts)];
  console.log(
    `nothing to do          otb ${seconds(one)}, ${(one / start).toFixed(1)} x node -e 0; the source looked at in ${seconds(median(sources))}`,
  );
}

function race() {
  const feed = slowFeed();
  const packages = ['race-user', 'race-provider', ...Array.from({ length: 8 }, (_, index) => `wait-${index + 1}`)];
  const source = smallTree('race-source');
  const recipe = recipeFile('race', source, feed, packages);
  const [ours, theirs, parallel, alone] = [[], [], [], []];
  for (let turn = 0; turn < runs; turn++) {
    const work = fresh(join(directory, 'race'));
    build(recipe, work, ['--until', 'download']);
    ours.push(build(recipe, work, ['--from', 'compile']).time);
    const prepared = (name, wanted) => {
      const tree = fresh(join(directory, `race-${name}/tree`));
      cpSync(source, tree, { recursive: true });
      bare(tree, typed(feed, wanted).slice(0, -1));
      return tree;
    };
    const make = `make -j${jobs} V=s BUILD_LOG=1`;
    theirs.push(bare(prepared('ovh', packages), [`${make} || make -j1 V=s`]).time);
    // The same without the package that races, and then that one alone.
    const tree = prepared('none', packages.slice(1));
    parallel.push(bare(tree, ['touch tmp/race-user.tried', make]).time);
    alone.push(bare(tree, ['make package/race-user/compile V=s']).time);
  }
  const [one, other, none, single] = [ours, theirs, parallel, alone].map(median);
  console.log(
    `one package races      otb ${seconds(one)}, "make -j || make -j1" ${seconds(other)}: ${(one / other).toFixed(2)} x; without that package ${seconds(none)}, it alone ${seconds(single)}`,
  );
}

/** A package that prints 200 MB while it is built. */
function log() {
  const feed = join(directory, 'loud-feed');
  const line = 'x86_64-openwrt-linux-musl-gcc -Os -pipe -Wformat -I/srv/tree/include -c -o src/error_1.o src/error_1.c';
  writePackage(feed, 'loud', 'Prints 200 MB', `yes '${line}' | head -c 200000000`);
  const recipe = recipeFile('loud', smallTree('loud-source'), feed, ['loud']);
  const work = join(directory, 'loud');
  build(recipe, work, ['--until', 'download']);
  const quiet = build(recipe, work, ['--until', 'download']).mebibytes;
  const { time, mebibytes } = build(recipe, work, ['--from', 'compile']);
  console.log(
    `200 MB of output       otb ${mebibytes.toFixed(0)} MiB at its peak (${quiet.toFixed(0)} MiB with nothing to do), ${seconds(time)}`,
  );
}

/** Feeds, what is installed of them, and defconfig, in a tree of OpenWrt's. What the git caches have is not fetched again. */
function realTree(file) {
  const { recipe } = JSON.parse(run(process.execPath, [otb, 'build', file, '--show', '--json']).stdout);
  const work = join(directory, 'real');
  const words = [...tellingPeak, otb, 'build', file, '--work', work, '--allow-root'];
  run(process.execPath, [...words, '--until', 'source']);
  const tree = join(directory, 'bare/tree');
  mkdirSync(join(directory, 'bare'));
  run('cp', ['-a', join(work, recipe.name, 'tree'), tree]);
  const { time } = run(process.execPath, [...words, '--until', 'configure']);

  const { feeds, installs = [], config = [], packages = [], rewrites = [] } = recipe;
  const lineOf = ({ type, name, location, branch, commit }) =>
    `${type} ${name} ${location}${commit ? `^${commit}` : branch ? `;${branch}` : ''}`;
  const wanted = [...config, ...packages.map((name) => `CONFIG_PACKAGE_${name}=y`)];
  const begun = performance.now();
  bare(tree, [
    ...rewrites.map(({ from, to }) => `git config --file ../gitconfig url.${to}.insteadOf ${from}`),
    'export GIT_CONFIG_GLOBAL="$PWD/../gitconfig"',
    ...feeds.map((feed, index) => `echo '${lineOf(feed)}' ${index === 0 ? '>' : '>>'} feeds.conf`),
    './scripts/feeds update -a',
    ...installs.map((options) => `./scripts/feeds install ${options.join(' ')}`),
    `printf '%s\\n' ${wanted.map((line) => `'${line}'`).join(' ')} > .config`,
    'make defconfig',
  ]);
  const other = performance.now() - begun;
  console.log(
    `${recipe.name}, feeds and defconfig  otb ${seconds(time)}, bare commands ${seconds(other)}: ${(time / other).toFixed(2)} x`,
  );
}

const cases = { cold, nothing, race, log, embedded: wholeImage };
const [first, recipe] = process.argv.slice(2);
const named = first === 'recipe' ? [] : process.argv.slice(2);
const unknown = named.filter((name) => !Object.hasOwn(cases, name));
if (unknown.length > 0 || (first === 'recipe' && recipe === undefined)) {
  console.error(`Which one? ${Object.keys(cases).join(', ')}, or recipe FILE.`);
  process.exit(2);
}
try {
  if (first === 'recipe') realTree(recipe);
  else for (const name of named.length > 0 ? named : ['cold', 'nothing', 'race', 'log']) cases[name]();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
