import { describe, expect, it } from 'vitest';
import { describeDrift, driftOf, imageDrift, parseLock, printLock, type LockedBuild } from '../../../src/build/lock-file.js';

const one = 'a'.repeat(40);
const other = 'b'.repeat(40);
const hash = 'c'.repeat(64);

const locked: LockedBuild = {
  source: { location: 'https://git.example.net/tree.git', commit: one },
  feeds: { packages: { location: 'https://git.example.net/packages.git', commit: one }, otb: { location: 'feeds/otb' } },
  wishes: hash,
  config: hash,
  sourceDateEpoch: 1727094886,
  host: { system: 'Debian GNU/Linux 12', compiler: 'gcc 12.2.0' },
  images: { 'x.img.gz': hash },
};

describe('otb.lock', () => {
  it('is read as it was written, and written the same again', () => {
    const text = printLock({ version: 1, recipes: { openwrt: locked } });
    expect(printLock(parseLock(text, 'otb.lock'))).toBe(text);
    const turned = { ...locked, feeds: { otb: locked.feeds['otb']!, packages: locked.feeds['packages']! } };
    expect(printLock({ version: 1, recipes: { openwrt: turned } })).toBe(text);
  });

  it('is empty where there is none', () => {
    expect(parseLock(undefined, 'otb.lock')).toEqual({ version: 1, recipes: {} });
  });

  it.each([
    ['no JSON', '<<<<<<< HEAD'],
    ['another version', '{"version":2,"recipes":{}}'],
    ['an unknown key', '{"version":1,"recipes":{},"more":1}'],
    ['a short commit', printLock({ version: 1, recipes: { a: { ...locked, source: { location: 'x', commit: 'abc' } } } })],
  ])('is refused when it holds %s', (_, text) => {
    expect(() => parseLock(text, '/site/otb.lock')).toThrow('/site/otb.lock is not a lock file that this otb can read');
  });

  it('names each thing that is not as it was', () => {
    const now = {
      source: { location: 'https://git.example.net/tree.git', commit: other },
      feeds: { packages: { location: '/srv/packages.git', commit: one }, luci: { location: 'https://l', commit: one } },
      wishes: 'd'.repeat(64),
    };
    expect(driftOf(locked, now).map(describeDrift)).toEqual([
      'source: locked aaaaaaaaaaaa…, now bbbbbbbbbbbb…',
      'feed luci: locked nothing, now https://l',
      'feed otb: locked feeds/otb, now nothing',
      'feed packages: locked https://git.example.net/packages.git, now /srv/packages.git',
      'wishes for .config: locked cccccccccccc…, now dddddddddddd…',
    ]);
    const images = { 'x.img.gz': 'e'.repeat(64) };
    expect(imageDrift(locked, images).map(describeDrift)).toEqual([
      'image x.img.gz: locked cccccccccccc…, now eeeeeeeeeeee…',
    ]);
  });

  it('tells the branches of one place apart', () => {
    const now = { feeds: { ...locked.feeds, packages: { location: 'https://git.example.net/packages.git', branch: 'main', commit: one } } };
    expect(driftOf(locked, now).map(describeDrift)).toEqual([
      'feed packages: locked https://git.example.net/packages.git, now https://git.example.net/packages.git;main',
    ]);
  });

  it('sees no drift where nothing moved, and does not ask about what is not known yet', () => {
    expect(driftOf(locked, locked)).toEqual([]);
    expect(driftOf(locked, {})).toEqual([]);
  });
});
