import { describe, expect, it } from 'vitest';
import { Journal } from '../../../src/build/journal.js';
import { layoutOf } from '../../../src/build/layout.js';
import { buildSteps, parseRange, stageNames } from '../../../src/build/pipeline.js';
import { embedded } from '../../../src/build/recipes/embedded.js';
import type { Workbench } from '../../../src/build/workbench.js';
import { Failure } from '../../../src/core/failure.js';
import type { Outcome } from '../../../src/effects/runner.js';
import type { TreeFiles } from '../../../src/effects/tree-files.js';
import type { Event } from '../../../src/report/events.js';
import { testSources } from '../../support/bench.js';
import { runSteps } from '../../../src/steps/run-steps.js';

const fine: Outcome = { exitCode: 0, signalName: null, stdout: '', stderr: '', elapsedMs: 1, timedOut: false };

/** A tree in memory, and a make that does what each test says. */
function fakeBench(answers: Record<string, Partial<Outcome> | ((files: Map<string, string>) => Partial<Outcome>)>) {
  const contents = new Map<string, string>([
    ['/w/embedded/tree/feeds.conf.default', '# none\n'],
    ['/w/embedded/tree/rules.mk', ''],
  ]);
  const commands: string[] = [];
  const files: TreeFiles = {
    readText: (path) => Promise.resolve(contents.get(path)),
    writeText: (path, text) => Promise.resolve(void contents.set(path, text)),
    list: (directory) =>
      Promise.resolve(
        [...contents]
          .sort()
          .filter(([path]) => path.startsWith(`${directory}/`) && !path.slice(directory.length + 1).includes('/'))
          .map(([path, text]) => ({ path: path.slice(directory.length + 1), size: text.length, modifiedMs: 0 })),
      ),
    copyTree: () => Promise.resolve({ copied: 1, removed: 0, unchanged: 0 }),
    copyFile: (from, to) => Promise.resolve(void contents.set(to, contents.get(from) ?? '')),
    remove: (path) => Promise.resolve(void contents.delete(path)),
    hash: (path) => Promise.resolve(contents.get(path) ?? 'absent'),
    fingerprint: (directory) => Promise.resolve(contents.get(directory)),
  };
  const bench: Workbench = {
    recipe: { ...embedded, config: ['CONFIG_TARGET_x86=y'], packages: ['otb'] },
    layout: layoutOf('/w', 'embedded'),
    home: '/otb',
    jobs: 2,
    sources: testSources('/c', embedded),
    environment: {},
    emit: () => undefined,
    remedies: [],
    keepGoing: false,
    silenceMs: 1000,
    cured: [],
    files,
    prove: (check) => check(),
    run: {
      run({ file, args }, options) {
        const command = [file, ...args].join(' ');
        commands.push(command);
        const answer = answers[command];
        if (answer === undefined) throw new Error(`an unscripted command: ${command}`);
        const outcome = { ...fine, ...(typeof answer === 'function' ? answer(contents) : answer) };
        for (const line of outcome.stdout.split('\n')) options?.onLine?.(line);
        return Promise.resolve(outcome);
      },
    },
  };
  return { bench, commands, contents };
}

/** What the pipeline takes from outside; nothing of an earlier build is there. */
function helpOf({ bench }: Pick<ReturnType<typeof fakeBench>, 'bench'>) {
  return {
    check: () => Promise.resolve('fit'),
    provenance: () => Promise.resolve({}),
    readArchive: () => Promise.resolve([]),
    collected: { artifacts: [] },
    journal: new Journal(bench.files, '/w/embedded/journal.json', stageNames),
    now: () => new Date(0),
  };
}

const sum = 'c'.repeat(64);
const good = {
  './scripts/feeds update -a': (files: Map<string, string>) => {
    files.set('/w/embedded/tree/feeds/otb.index', 'Source-Makefile: feeds/otb/otb/Makefile\n');
    return {};
  },
  './scripts/feeds install -a': {},
  'make defconfig': {},
  'make download -j2 V=s': {},
  'make -j2 V=s BUILD_LOG=1': (files: Map<string, string>) => {
    files.set('/w/embedded/tree/bin/targets/x86/64/sha256sums', `${sum} *a.img.gz\n`);
    files.set('/w/embedded/tree/bin/targets/x86/64/a.img.gz', sum);
    return { stdout: 'time: package/feeds/otb/otb/compile#0.1#0.1#0.2\n' };
  },
};

async function build(answers: Parameters<typeof fakeBench>[0], range = parseRange()) {
  const fake = fakeBench(answers);
  const events: Event[] = [];
  const help = helpOf(fake);
  const context = { emit: (event: Event) => events.push(event), signal: new AbortController().signal, now: () => 0 };
  const error = await runSteps(buildSteps(fake.bench, help, range), context).then(() => undefined, (thrown: unknown) => thrown);
  return { ...fake, collected: help.collected, events, error };
}

describe('a build', () => {
  it('runs the README’s commands in order and collects what it made', async () => {
    const { commands, collected, error, contents } = await build(good);
    expect(error).toBeUndefined();
    expect(commands).toEqual(Object.keys(good));
    expect(collected.artifacts).toEqual([
      { name: 'a.img.gz', size: 64, sha256: sum, kind: 'image' },
      { name: 'sha256sums', size: 75, sha256: `${sum} *a.img.gz\n`, kind: 'metadata' },
    ]);
    expect(contents.get('/w/embedded/images/a.img.gz')).toBe(sum);
    expect(contents.get('/w/embedded/tree/feeds.conf')).toBe('# none\nsrc-link otb /otb/feeds/otb\n');
    expect(contents.get('/w/embedded/images/otb-build.json')).toContain('"name": "a.img.gz"');
  });

  it('does not believe a feeds update that made no index', async () => {
    const { commands, error } = await build({ ...good, './scripts/feeds update -a': {}, './scripts/feeds update otb': {} });
    expect(error).toMatchObject({ code: 'build', message: 'the feed "otb" has no index after the update' });
    expect(commands).toEqual(['./scripts/feeds update -a', './scripts/feeds update otb', './scripts/feeds update otb']);
  });

  it('lists what defconfig dropped', async () => {
    const drop = (files: Map<string, string>) => {
      files.set('/w/embedded/tree/.config', 'CONFIG_TARGET_x86=y\n');
      return {};
    };
    const { error } = await build({ ...good, 'make defconfig': drop });
    expect(error).toMatchObject({
      code: 'build',
      message: 'make defconfig did not keep one wish',
      lines: ['CONFIG_PACKAGE_otb=y  became  # CONFIG_PACKAGE_otb is not set'],
    });
  });

  it('names the package that make could not build, with the end of its own log', async () => {
    const fail = (files: Map<string, string>) => {
      files.set('/w/embedded/tree/logs/package/libs/x/compile.txt', 'one\n\ntwo\n');
      return { exitCode: 2, stdout: 'noise\n    ERROR: package/libs/x failed to build.\nmore noise\n' };
    };
    const alone = 'make package/libs/x/clean package/libs/x/compile -j1 V=s BUILD_LOG=1';
    const { commands, error } = await build({ ...good, 'make -j2 V=s BUILD_LOG=1': fail, [alone]: fail });
    expect(commands.slice(-2)).toEqual(['make -j2 V=s BUILD_LOG=1', alone]);
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ code: 'build', lines: ['one', 'two'] });
    expect((error as Failure).message).toContain('package/libs/x');
    expect((error as Failure).hint).toContain('package/libs/x/{clean,compile} -j1 V=s');
  });

  it('refuses an image that is not what sha256sums says', async () => {
    const forge = (files: Map<string, string>) => {
      const outcome = good['make -j2 V=s BUILD_LOG=1'](files);
      files.set('/w/embedded/tree/bin/targets/x86/64/a.img.gz', 'd'.repeat(64));
      return outcome;
    };
    const { error } = await build({ ...good, 'make -j2 V=s BUILD_LOG=1': forge });
    expect(error).toMatchObject({ code: 'verification' });
    expect((error as Failure).message).toContain('a.img.gz is not what sha256sums says');
  });

  it('runs a part of itself with --from and --until', async () => {
    const { commands, error } = await build(good, parseRange('configure', 'download'));
    expect(error).toBeUndefined();
    expect(commands).toEqual(['make defconfig', 'make download -j2 V=s']);
  });

  it('cannot begin in the middle of nothing', async () => {
    const { bench, commands } = fakeBench(good);
    await bench.files.remove('/w/embedded/tree/rules.mk');
    const [first] = buildSteps(bench, helpOf({ bench }), parseRange('compile'));
    const voice = { line: () => undefined, progress: () => undefined, signal: new AbortController().signal };
    await expect(first?.run(voice)).rejects.toMatchObject({
      code: 'usage',
      message: 'there is no build tree at /w/embedded/tree to begin with "compile" in',
    });
    expect(commands).toEqual([]);
  });
});

describe('--from and --until', () => {
  it.each([
    [['cook', undefined], 'there is no stage "cook"'],
    [['compile', 'feeds'], 'the stage "compile" comes after "feeds"'],
  ] as const)('%j is refused', ([from, until], message) => {
    expect(() => parseRange(from, until)).toThrow(message);
  });
});

it('refuses a work directory with white space before make does', () => {
  expect(() => layoutOf('/home/a b', 'embedded')).toThrow('the work directory "/home/a b" has white space in its path');
});
