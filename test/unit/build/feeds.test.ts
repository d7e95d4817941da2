import { describe, expect, it } from 'vitest';
import { failedUpdates, parseIndex, parseInstall } from '../../../src/build/feed-index.js';
import { parseFeed, planFeeds, printFeed, verifyFeed, type Feed, type FeedWishes } from '../../../src/build/feeds.js';
import type { FeedLine } from '../../../src/build/recipe.js';

const otb: FeedLine = { type: 'src-link', name: 'otb', location: '/opt/otb/feeds/otb' };
const hash = 'a'.repeat(40);
const nothing: FeedWishes = { pins: {}, places: {} };

describe('feeds.conf', () => {
  it('gets the added feeds behind its own', () => {
    expect(planFeeds('src-git packages https://example.net/packages.git', [otb], nothing)).toEqual({
      text: 'src-git packages https://example.net/packages.git\nsrc-link otb /opt/otb/feeds/otb\n',
      typed: ['cp feeds.conf.default feeds.conf', 'echo src-link otb /opt/otb/feeds/otb >> feeds.conf'],
      feeds: [
        { type: 'src-git', name: 'packages', location: 'https://example.net/packages.git' },
        { type: 'src-link', name: 'otb', location: '/opt/otb/feeds/otb' },
      ],
    });
  });

  it('does not change when the same feeds are merged again', () => {
    const wishes: FeedWishes = { pins: { packages: hash }, places: {} };
    const defaults = '# none\nsrc-git packages https://example.net/p.git;for-15.05\n';
    const once = planFeeds(defaults, [otb], wishes).text;
    expect(planFeeds(once, [otb], wishes)).toMatchObject({ text: once, typed: ['cp feeds.conf.default feeds.conf'] });
  });

  it('refuses a name that stands twice, with both lines', () => {
    const text = '# feeds\nsrc-git otb https://example.net/otb.git\n';
    expect(() => planFeeds(text, [otb], nothing)).toThrow('the feed "otb" is named twice, in lines 2 and 3 of feeds.conf');
  });

  it('is of the recipe alone when it says so', () => {
    expect(planFeeds(undefined, [otb], nothing)).toMatchObject({
      text: 'src-link otb /opt/otb/feeds/otb\n',
      typed: ['echo src-link otb /opt/otb/feeds/otb > feeds.conf'],
    });
  });

  it('leaves the commits of the recipe’s feeds to the pins: without them, tips are wanted', () => {
    const feed: FeedLine = { type: 'src-git', name: 'a', location: 'https://x/a.git', branch: 'main', commit: hash };
    expect(planFeeds('', [feed], nothing).text).toBe('src-git a https://x/a.git;main\n');
    expect(planFeeds('', [feed], { pins: { a: hash }, places: {} }).text).toBe(`src-git a https://x/a.git^${hash}\n`);
  });

  it('pins the tree’s own feeds, and shows how', () => {
    const plan = planFeeds('src-git a https://x/a.git;for-15.05\nsrc-git b https://x/b.git\n', [], { pins: { a: hash }, places: {} });
    expect(plan.text).toBe(`src-git a https://x/a.git^${hash}\nsrc-git b https://x/b.git\n`);
    expect(plan.typed[1]).toBe(`sed -i 's|^src-.* a .*|src-git a https://x/a.git^${hash}|' feeds.conf`);
  });

  it('takes a feed from elsewhere, with the pin when it is a repository', () => {
    const wishes: FeedWishes = { pins: { a: hash, b: hash }, places: { a: { type: 'src-git', location: '/srv/a.git' }, b: { type: 'src-link', location: '/src/b' } } };
    const plan = planFeeds('src-git a https://x/a.git;main\nsrc-git b https://x/b.git\n', [], wishes);
    expect(plan.text).toBe(`src-git a /srv/a.git^${hash}\nsrc-link b /src/b\n`);
  });

  it('takes the commit of the lock for a feed that nothing pins and that is still where it was', () => {
    const other = 'b'.repeat(40);
    const defaults = 'src-git a https://x/a.git;main\nsrc-git b https://x/b.git\n';
    const planned = (wishes: Partial<FeedWishes>) => planFeeds(defaults, [], { ...nothing, ...wishes }).text.split('\n');
    const locked = { a: { location: 'https://x/a.git', branch: 'main', commit: hash } };
    expect(planned({ locked })).toContain(`src-git a https://x/a.git^${hash}`);
    // What somebody wrote goes first, and a commit means nothing in another place or on another branch.
    expect(planned({ locked, pins: { a: other } })).toContain(`src-git a https://x/a.git^${other}`);
    expect(planned({ locked, places: { a: { type: 'src-git', location: '/srv/a.git' } } })).toContain('src-git a /srv/a.git;main');
    expect(planned({ locked: { a: { ...locked.a, branch: 'next' } } })).toContain('src-git a https://x/a.git;main');
    expect(planned({ locked: { b: { location: 'https://x/b.git', commit: hash } } })).toContain(`src-git b https://x/b.git^${hash}`);
  });

  it.each([
    ['src-git a https://x/a.git', { type: 'src-git', name: 'a', location: 'https://x/a.git' }],
    ['  src-git a https://x/a.git;for-15.05  # why', { type: 'src-git', name: 'a', location: 'https://x/a.git', branch: 'for-15.05' }],
    [`src-git-full --root=feed a https://x/a.git^${hash}`, { type: 'src-git-full', name: 'a', location: 'https://x/a.git', commit: hash }],
    ['src-dummy a', { type: 'src-dummy', name: 'a', location: '' }],
    ['#src-git old https://x', undefined],
    ['', undefined],
  ])('%j is read', (line, feed) => {
    expect(parseFeed(line)).toEqual(feed);
  });

  it.each(['src-git a https://x/a.git', 'src-git a https://x/a.git;main', `src-git a https://x/a.git^${hash}`, 'src-dummy a'])(
    '%j is printed as it was read',
    (line) => {
      expect(printFeed(parseFeed(line)!)).toBe(line);
    },
  );
});

describe('a hostile feed', () => {
  const good: Feed = { type: 'src-git', name: 'good', location: 'https://x/good.git' };
  it.each<[Partial<Feed>, string]>([
    [{ name: 'a-b' }, 'the feed "a-b" has a name that scripts/feeds does not know'],
    [{ name: "x'; touch /tmp/y; '" }, `the feed "x'; touch /tmp/y; '" has a name that scripts/feeds does not know`],
    [{ location: "https://x/'$(touch y)'" }, `the feed "good" has the place "https://x/'$(touch y)'"`],
    [{ location: '--upload-pack=x' }, 'the feed "good" has the place "--upload-pack=x"'],
    [{ location: 'ext::sh' }, 'the feed "good" cannot be fetched from "ext::sh": the address holds "::", which git takes for a program to run'],
    [{ location: 'https://x/a;b' }, 'the feed "good" has the place "https://x/a;b"'],
    [{ branch: '-x' }, 'the feed "good" has the branch "-x"'],
    [{ commit: 'abc' }, 'the feed "good" is pinned to "abc"'],
  ])('%j is refused', (change, message) => {
    expect(() => { verifyFeed({ ...good, ...change }); }).toThrow(message);
  });
});

describe('what scripts/feeds leaves and says', () => {
  it('is read from an index, with what packages provide', () => {
    const text = 'Source-Makefile: feeds/packages/net/mwan3/Makefile\n\nPackage: mwan3\nProvides: balancer @shaper\n@@\nSource-Makefile: feeds/x/y/Makefile\nPackage: y1\nPackage: y2\n';
    expect(parseIndex(text)).toEqual([
      { directory: 'mwan3', names: ['mwan3', 'mwan3', 'balancer', 'shaper'] },
      { directory: 'y', names: ['y', 'y1', 'y2'] },
    ]);
  });

  it.each([
    [['-a'], { isAll: true, isForced: false, names: [] }],
    [['-a', '-d', 'y', '-f', '-p', 'overthebox'], { isAll: true, isForced: true, feed: 'overthebox', names: [] }],
    [['-p', 'overthebox', '-f', 'netifd'], { isAll: false, isForced: true, feed: 'overthebox', names: ['netifd'] }],
    [['-d', 'm', 'a', 'b'], { isAll: false, isForced: false, names: ['a', 'b'] }],
  ])('install %j is understood', (words, wish) => {
    expect(parseInstall(words)).toEqual(wish);
  });

  it('names the feeds that failed, of those that were updated', () => {
    const said = [
      "Updating feed 'packages' from 'https://github.com/openwrt/packages.git;for-15.05' ...",
      "Cloning into './feeds/packages'...",
      'fatal: unable to access: Could not resolve host: github.com',
      'failed.',
      "Updating feed 'overthebox' from 'file:///mirror' ...",
      "Cloning into './feeds/overthebox'...",
      "Create index file './feeds/packages.index' ",
    ];
    expect(failedUpdates(said.join('\n'))).toEqual(['packages']);
  });
});
