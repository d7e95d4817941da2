import { describe, expect, it } from 'vitest';
import { feedNames, mergeFeeds } from '../../../src/build/feeds.js';
import type { FeedLine } from '../../../src/build/recipe.js';

const otb: FeedLine = { type: 'src-link', name: 'otb', location: '/opt/otb/feeds/otb' };

describe('feeds.conf', () => {
  it('gets the added feeds behind its own', () => {
    expect(mergeFeeds('src-git packages https://example.net/packages.git', [otb])).toBe(
      'src-git packages https://example.net/packages.git\nsrc-link otb /opt/otb/feeds/otb\n',
    );
  });

  it('does not change when the same feeds are merged again', () => {
    const once = mergeFeeds('# none\n', [otb]);
    expect(mergeFeeds(once, [otb])).toBe(once);
  });

  it('refuses a name that stands twice, with both lines', () => {
    const text = '# feeds\nsrc-git otb https://example.net/otb.git\n';
    expect(() => mergeFeeds(text, [otb])).toThrow('the feed "otb" is named twice, in lines 2 and 3 of feeds.conf');
  });

  it('knows names behind flags, and skips comments', () => {
    const text = '#src-git old https://x\nsrc-git-full --root=feed new https://y^0123\n';
    expect(feedNames(text)).toEqual([{ name: 'new', line: 2 }]);
  });
});
