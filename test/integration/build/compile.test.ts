import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Remedy } from '../../../src/build/remedies/remedy.js';
import { compileStage } from '../../../src/build/stages/compile.js';
import type { Workbench } from '../../../src/build/workbench.js';
import { FaultyBuild } from '../../support/faulty-build.js';

let used: FaultyBuild | undefined;
afterEach(() => {
  used?.remove();
  used = undefined;
});

async function prepare(packages: readonly string[], changes: Partial<Workbench> = {}): Promise<FaultyBuild> {
  used = new FaultyBuild(packages, changes);
  await used.prepare();
  return used;
}

/** Builds packages of the faulty feed with real make. */
async function build(packages: readonly string[], changes: Partial<Workbench> = {}): Promise<FaultyBuild> {
  const faulty = await prepare(packages, changes);
  await faulty.test.run(compileStage);
  return faulty;
}

/** The Failure that a build of these packages ends with. */
async function failureOf(packages: readonly string[], changes: Partial<Workbench> = {}) {
  const bench = await prepare(packages, changes);
  const error = await bench.test.run(compileStage).then(
    () => undefined,
    (failure: unknown) => failure as Error & { code: string; lines: string[]; hint: string; document: { findings?: { kind: string }[] } },
  );
  if (!error) throw new Error('the build did not fail');
  return { error, bench };
}

const built = ({ bench }: FaultyBuild, name: string) =>
  existsSync(join(bench.layout.tree, `bin/packages/x86_64/faulty/${name}_1.0-1_x86_64.ipk`));

describe('a race between packages', () => {
  it('that is known gets its remedy, and the parallel build goes on', async () => {
    const bench = await build(['ntpd', 'libevent', 'slow']);
    expect(bench.test.warnings).toEqual(['package/feeds/faulty/ntpd failed; the remedy "ntpd-libevent" was applied']);
    expect(bench.commands('compile')).toEqual([
      'make -j4 V=s BUILD_LOG=1',
      'make package/libevent/compile V=s BUILD_LOG=1',
      'make package/ntpd/clean V=s BUILD_LOG=1',
      'make package/ntpd/compile V=s BUILD_LOG=1',
      'make -j4 V=s BUILD_LOG=1',
    ]);
    expect(built(bench, 'ntpd') && built(bench, 'libevent') && built(bench, 'slow')).toBe(true);
    expect(bench.bench.cured).toEqual([{ package: 'package/feeds/faulty/ntpd', how: 'ntpd-libevent' }]);
  });

  it('that is not known builds that package alone, and only that', async () => {
    const bench = await build(['race-user', 'race-provider', 'slow']);
    expect(bench.commands('compile')).toEqual([
      'make -j4 V=s BUILD_LOG=1',
      'make package/feeds/faulty/race-user/clean package/feeds/faulty/race-user/compile -j1 V=s BUILD_LOG=1',
      'make -j4 V=s BUILD_LOG=1',
    ]);
    expect(bench.test.warnings).toEqual([
      'package/feeds/faulty/race-user failed among parallel jobs, and was built alone: it does not wait for what it needs',
    ]);
    expect(built(bench, 'race-user')).toBe(true);
  });

  it('may look like nothing at all: what fails once is built alone', async () => {
    const bench = await build(['fails-once']);
    expect(bench.bench.cured).toEqual([{ package: 'package/feeds/faulty/fails-once', how: 'built alone' }]);
    expect(built(bench, 'fails-once')).toBe(true);
  });

  it('does not exist with one job', async () => {
    const { error, bench } = await failureOf(['fails-once'], { jobs: 1 });
    expect(error.message).toContain('package/feeds/faulty/fails-once');
    expect(bench.commands('compile')).toEqual(['make -j1 V=s BUILD_LOG=1']);
  });
});

describe('a package that never compiles', () => {
  it('is left out when a remedy says so', async () => {
    const bench = await build(['bmon', 'slow']);
    expect(bench.test.warnings).toEqual([
      'package/feeds/faulty/bmon failed; the remedy "bmon" was applied: # CONFIG_PACKAGE_bmon is not set',
    ]);
    expect(built(bench, 'bmon')).toBe(false);
    expect(built(bench, 'slow')).toBe(true);
  });

  it('is not left out when another brings it along', async () => {
    const { error } = await failureOf(['bmon', 'everything']);
    expect(error.code).toBe('build');
    expect(error.message).toBe(
      'package/feeds/faulty/bmon failed, and the remedy "bmon" did not help: "# CONFIG_PACKAGE_bmon is not set" does not last: everything brings it along',
    );
  });
});

describe('a real failure', () => {
  it('in C stops at once, with the compiler\'s words, the log and the next step', async () => {
    const { error, bench } = await failureOf(['broken-c', 'slow']);
    expect(bench.commands('compile')).toEqual(['make -j4 V=s BUILD_LOG=1']);
    expect(error.code).toBe('build');
    expect(error.message).toContain('package/feeds/faulty/broken-c failed to build');
    expect(error.lines.join('\n')).toMatch(/broken\.c:\d+:\d+: error:/);
    expect(error.hint).toBe(
      `The whole log: ${bench.bench.layout.logs}/compile.log\nTo build it alone: make -C ${bench.bench.layout.tree} package/feeds/faulty/broken-c/{clean,compile} -j1 V=s`,
    );
    expect(error.document.findings?.map(({ kind }) => kind)).toEqual(['compile-error']);
  });

  it('that fails alone, too, is told in the words of that run', async () => {
    const { error, bench } = await failureOf(['broken-sh']);
    expect(bench.commands('compile')).toHaveLength(2);
    expect(error.message).toContain('package/feeds/faulty/broken-sh');
    expect(error.lines.join('\n')).toContain('broken-sh: about to fail');
  });

  it('of memory is not tried again, and asks for fewer jobs', async () => {
    const { error, bench } = await failureOf(['killed']);
    expect(bench.commands('compile')).toHaveLength(1);
    expect(error.document.findings?.map(({ kind }) => kind)).toEqual(['out-of-memory']);
    expect(error.hint).toContain('--jobs 2');
  });

  it('with keep-going builds everything else, and all failures are named', async () => {
    const { error, bench } = await failureOf(['broken-c', 'killed', 'slow'], { keepGoing: true });
    expect(error.message).toContain('broken-c');
    expect(error.message).toContain('killed');
    expect(built(bench, 'slow')).toBe(true);
  });
});

describe('a remedy of the user', () => {
  it('is applied to the package that it names, when its signature matches', async () => {
    const remedy: Remedy = {
      name: 'put the key there',
      source: 'build.remedies of otb.yaml',
      signature: /no key in s\w+/,
      package: 'wants-key',
      actions: () => [{ type: 'command', words: ['touch', 'key'] }],
    };
    const bench = await build(['wants-key'], { remedies: [remedy] });
    expect(bench.test.warnings).toEqual(['package/feeds/faulty/wants-key failed; the remedy "put the key there" was applied']);
    expect(built(bench, 'wants-key')).toBe(true);
  });

  it('that does not help is told, and not tried for ever', async () => {
    const remedy: Remedy = { name: 'hope', source: 'build.remedies of otb.yaml', signature: /no key in sight/, actions: () => [{ type: 'command', words: ['true'] }] };
    const { error, bench } = await failureOf(['wants-key'], { remedies: [remedy] });
    expect(bench.commands('compile')).toEqual(['make -j4 V=s BUILD_LOG=1', 'true', 'make -j4 V=s BUILD_LOG=1']);
    expect(error.message).toContain('package/feeds/faulty/wants-key');
  });
});
