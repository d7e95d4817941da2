import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../src/build/diagnose/finding.js';
import { remedyFor } from '../../../../src/build/remedies/match.js';
import { remedyOf } from '../../../../src/build/remedies/remedy.js';
import { failingWith, follow, sift } from './read.js';

const libtool =
  "libtool:   error: cannot find the library '../sntp/libevent/libevent_core.la' or unhandled argument '../sntp/libevent/libevent_core.la'";

function named(path: string, lines: readonly string[]): Buffer {
  return Buffer.from(String(failingWith(lines)).replaceAll('package/net/thing', path));
}

function only(log: Buffer): Finding {
  const { findings } = sift(log);
  expect(findings).toHaveLength(1);
  return findings[0]!;
}

describe('ntpd and libevent', () => {
  it.each([
    ['package/feeds/packages/ntpd', 'package/libs/libevent2', 'libevent2'],
    ['package/ntpd', 'package/feeds/packages/libevent2', 'libevent2'],
    ['package/ntpd', 'package/libs/libevent', 'libevent'],
  ])('%s beside %s builds %s first', (path, library, name) => {
    const finding = only(named(path, [libtool.replaceAll("'../", '`../')]));
    expect(finding).toMatchObject({ kind: 'known-signature', remedy: 'ntpd-libevent', package: path, line: 4, retry: 'never' });
    const remedy = remedyFor(finding, { packages: [library, path] });
    expect(remedy?.actions).toEqual([
      { type: 'command', words: ['make', `package/${name}/compile`] },
      { type: 'command', words: ['make', 'package/ntpd/clean'] },
      { type: 'command', words: ['make', 'package/ntpd/compile'] },
    ]);
    expect(remedy?.source).toContain('README of overthebox-openwrt');
  });

  it('is for ntpd only', () => {
    expect(only(named('package/net/other', [libtool])).remedy).toBeUndefined();
  });
});

describe('bmon', () => {
  it('is left out whatever it failed of', () => {
    const finding = only(named('package/feeds/packages/bmon', ['a.c:1:1: error: broken']));
    expect(finding).toMatchObject({ kind: 'compile-error', remedy: 'bmon' });
    expect(remedyFor(finding, { packages: [] })?.actions).toEqual([{ type: 'kconfig', line: '# CONFIG_PACKAGE_bmon is not set' }]);
  });
});

describe("the user's remedies", () => {
  const written = remedyOf({
    name: 'odd-one',
    signature: 'strange (words|things)$',
    package: 'package/net/thing',
    commands: [['make', 'package/net/thing/clean']],
  });

  it('are sought in every line, and come first', () => {
    const log = failingWith(['these are strange words', 'a.c:1:1: error: broken']);
    const { findings } = sift(log, [7], [written]);
    expect(findings).toMatchObject([{ kind: 'known-signature', remedy: 'odd-one', line: 4 }]);
    expect(follow(log, [written]).findings).toEqual(findings);
    expect(remedyFor(findings[0]!, { packages: [] }, [written])).toEqual({
      name: 'odd-one',
      source: 'build.remedies of otb.yaml',
      actions: [{ type: 'command', words: ['make', 'package/net/thing/clean'] }],
    });
  });

  it('are not for other packages', () => {
    const log = Buffer.from(String(failingWith(['strange words'])).replaceAll('net/thing', 'net/other'));
    expect(sift(log, [50], [written]).findings[0]?.remedy).toBeUndefined();
  });
});
