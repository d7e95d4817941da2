import { describe, expect, it } from 'vitest';
import { compareManifests, describeChanges, isSameManifest, parseManifest } from '../../../src/build/manifest.js';

const before = parseManifest('bmon - 4.0-1\nlibc - 1.2.4-4\nntpd - 4.2.8\n');

describe('a manifest against the one before', () => {
  it('tells what came, went and changed', () => {
    const changes = compareManifests(before, parseManifest('bmon - 4.0-2\njq - 1.7 - beta\nlibc - 1.2.4-4\n'));
    expect(changes).toEqual({ added: ['jq 1.7 - beta'], removed: ['ntpd 4.2.8'], changed: ['bmon 4.0-1 → 4.0-2'] });
    expect(describeChanges(changes)).toBe('+jq 1.7 - beta, -ntpd 4.2.8, bmon 4.0-1 → 4.0-2');
    expect(isSameManifest(changes)).toBe(false);
  });

  it('is the same, or told in short when much changed', () => {
    expect(isSameManifest(compareManifests(before, before))).toBe(true);
    const many = parseManifest(Array.from({ length: 12 }, (_, index) => `p${index + 10} - 1`).join('\n'));
    expect(describeChanges(compareManifests(new Map(), many))).toBe(
      '+p10 1, +p11 1, +p12 1, +p13 1, +p14 1, +p15 1, +p16 1, +p17 1, and 4 more',
    );
  });
});
