import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../src/build/diagnose/finding.js';
import { fixture, follow, sift } from './read.js';

/** The parts of a finding that a table can show. */
function row({ severity, kind, package: path, part, variant, stage, line, retry, subject }: Finding): unknown[] {
  const named = [path, part && `[${part}]`, variant && `(${variant})`].filter(Boolean).join(' ');
  return [severity, kind, named, stage, line, retry, subject];
}

describe('the log of', () => {
  it.each([
    ['parallel-download', 'failed', [['error', 'download', 'package/net/fetchme', 'download', 17, 'later', 'fetchme-1.2.tar.gz']]],
    ['old-tree-compile', 'failed', [['error', 'compile-error', 'tools/oldtool', 'compile', 8, 'never', 'main.c']]],
    [
      'two-failures',
      'failed',
      [
        ['error', 'compile-error', 'package/libs/libone', 'compile', 4, 'alone', 'two'],
        ['error', 'compile-error', 'package/libs/libssl-glue (mbed)', 'configure', 14, 'alone', undefined],
      ],
    ],
    ['world-ok', 'succeeded', [['warning', 'missing-dependency', 'package/utils/tool', 'check', 2, 'never', 'libpam']]],
    [
      'feeds-update',
      'failed',
      [
        ['error', 'missing-feed', '', 'feeds', 4, 'later', 'base'],
        ['warning', 'package-metadata', 'package/feeds/own/bad', 'feeds', 9, 'never', 'feeds/own/bad/Makefile'],
      ],
    ],
    [
      'prerequisites',
      'failed',
      [
        ['error', 'prerequisite', '', 'check', 5, 'never', 'rsync'],
        ['error', 'prerequisite', '', 'check', 6, 'never', 'awk'],
        ['error', 'missing-feed', '', 'feeds', 18, 'never', 'base'],
        ['error', 'missing-dependency', '', 'feeds', 19, 'never', 'netcfg'],
        ['warning', 'missing-dependency', '', 'feeds', 20, 'never', 'libother'],
      ],
    ],
    ['image-too-large', 'failed', [['error', 'image-too-large', 'target/linux', 'image', 6, 'never', undefined]]],
    ['race', 'failed', [['error', 'parallel-race', 'package/utils/user', 'compile', 3, 'alone', 'maker/api.h']]],
    ['interrupted', 'failed', [['error', 'interrupted', '', 'make', 3, 'later', undefined]]],
    ['package-log', 'failed', [['error', 'compile-error', 'package/feeds/own/lonely', 'compile', 3, 'alone', 'absent/absent.h']]],
    ['quiet', 'failed', [['error', 'unknown', '', 'make', 5, 'never', undefined]]],
  ])('%s', (name, outcome, rows) => {
    const report = sift(fixture(name));
    expect([report.outcome, report.findings.map(row)]).toEqual([outcome, rows]);
    expect(report.omitted).toBe(0);
    expect(follow(fixture(name))).toEqual(report);
  });

  it('a parallel build shows only what belongs to the failure', () => {
    const [finding] = sift(fixture('parallel-download')).findings;
    expect(finding?.message).toBe(
      'fetchme-1.2.tar.gz could not be fetched from any of 2 addresses, the last https://two.example.net/fetchme-1.2.tar.gz: The requested URL returned error: 404',
    );
    expect(finding?.excerpt).toEqual([
      'curl: (6) Could not resolve host: one.example.net',
      'Download failed.',
      'curl: (22) The requested URL returned error: 404',
      'No more mirrors to try - giving up.',
      'make[3]: *** [Makefile:40: /srv/tree/dl/fetchme-1.2.tar.gz] Error 2',
      'checking for alloca...     ERROR: package/net/fetchme failed to build.',
    ]);
  });

  it('a race says what gave it away', () => {
    expect(sift(fixture('race')).findings[0]?.message).toBe(
      'main.c includes maker/api.h, which is not there; line 13 shows that api.h was made afterwards, so this was a race',
    );
  });

  it('a make without V=s names the packages it was in', () => {
    expect(sift(fixture('quiet')).findings[0]?.message).toBe(
      'make failed at world, and the log does not say why (it was in package/libs/second, package/libs/first): build it alone with V=s',
    );
    const serial = Buffer.concat([Buffer.from('$ make -j1\n'), fixture('quiet')]);
    expect(sift(serial).findings[0]).toMatchObject({ kind: 'unknown', package: 'package/libs/second', retry: 'never' });
  });
});

describe('several commands in one log', () => {
  it('a later run of the same package may say why', () => {
    const quiet = '$ make -j2\n    ERROR: package/net/thing failed to build.\nmake: *** [toplevel.mk:233: world] Error 1\n';
    expect(sift(Buffer.from(quiet)).findings).toMatchObject([{ kind: 'unknown', retry: 'alone', line: 2 }]);
    const loud = "$ make -j1 V=s\nthing.c:1:2: error: no\n    ERROR: package/net/thing failed to build.\n";
    const report = sift(Buffer.from(quiet + loud));
    expect(report.findings).toMatchObject([{ kind: 'compile-error', package: 'package/net/thing', line: 5, retry: 'never' }]);
    expect(report.findings).toHaveLength(1);
  });

  it('a log that stops in the middle shows neither success nor failure', () => {
    const begun = "$ make -j2 V=s\nmake[1]: Entering directory '/srv/tree'\n  CC      a.o\n";
    expect(sift(Buffer.from(begun)).outcome).toBe('unknown');
    expect(sift(Buffer.from(`# configuration written to .config\n${begun}`)).outcome).toBe('unknown');
    expect(sift(Buffer.from('')).outcome).toBe('unknown');
  });

  it('a full disk explains a log that just ends', () => {
    const log = "make[1]: Entering directory '/srv/tree'\ncc: error writing to x.o: No space left on device\n";
    expect(sift(Buffer.from(log)).findings).toMatchObject([{ kind: 'disk-full', line: 2, retry: 'never' }]);
  });
});
