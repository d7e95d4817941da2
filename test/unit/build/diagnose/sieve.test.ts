import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Diagnosis } from '../../../../src/build/diagnose/diagnosis.js';
import { buildAutomaton } from '../../../../src/build/diagnose/automaton.js';
import { isTelling, needles } from '../../../../src/build/diagnose/needles.js';
import { failingWith, fixture, follow, sift } from './read.js';

const names = readdirSync(new URL('../../../fixtures/logs/', import.meta.url)).map((name) => name.replace(/\.log$/, ''));

/** Lines out of the tools' own words, in any order, with line ends and progress of all kinds. */
const fragment = fc.oneof(
  fc.constantFrom(...needles.map((needle) => needle.replace(/^\^/, ''))),
  fc.constantFrom('\n', '\r', '\r\n', '\u001b[M', "make[3]: Entering directory '/t/package/a/b'\n", '    ERROR: package/a/b failed to build.\n'),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

describe('a log in pieces', () => {
  it('gives the same report wherever it is cut', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 5 }), (name, sizes) => {
        expect(sift(fixture(name), sizes)).toEqual(sift(fixture(name)));
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same report byte for byte as line by line, whatever it holds', () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (parts, size) => {
        const bytes = Buffer.from(parts.join(''));
        expect(sift(bytes, [size])).toEqual(follow(bytes));
      }),
      { numRuns: 150 },
    );
  });

  it('of random bytes never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(sift(bytes, [13]).findings).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('what is bounded', () => {
  it('a line of a megabyte is cut, and the next one is read', () => {
    const log = failingWith([`${'x'.repeat(1024 * 1024)} a.c:1:1: error: too far`, 'b.c:2:1: error: near']);
    expect(sift(log, [1000]).findings[0]).toMatchObject({ line: 5, message: 'b.c, line 2: near' });
    expect(follow(log)).toEqual(sift(log));
  });

  it('findings are, and what is left out is counted', () => {
    const lines = Array.from({ length: 150 }, (_, index) => `WARNING: No feed for package 'p${index}' found`);
    const { findings, omitted } = sift(Buffer.from(lines.join('\n')));
    expect([findings.length, omitted]).toEqual([100, 50]);
  });
});

describe('the automaton', () => {
  it('finds what a regular expression finds', () => {
    const { table, accepting, lineEnd } = buildAutomaton(needles);
    const seeks = (line: string): boolean => {
      let state = lineEnd;
      for (const byte of Buffer.from(line)) if ((state = table[byte < 128 ? state | byte : state]!) >= accepting) return true;
      return false;
    };
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 6 }), (parts) => {
        const line = parts.join('').replace(/[\r\n]/g, '');
        expect(seeks(line)).toBe(isTelling(line));
      }),
    );
  });
});

describe('the next line', () => {
  it('is looked at only where it may belong to something', () => {
    const diagnosis = new Diagnosis();
    expect(diagnosis.wantsNext).toBe(false);
    diagnosis.push('a.c:1:1: error: broken');
    expect(diagnosis.wantsNext).toBe(true);
    diagnosis.push('cc -c b.c');
    expect(diagnosis.wantsNext).toBe(false);
  });
});

describe('a running command', () => {
  it('of several jobs may have raced', () => {
    const lines = ['/usr/bin/ld: cannot find -lz', '    ERROR: package/net/thing failed to build.'];
    const retries = [undefined, 1, 4].map((jobs) => {
      const diagnosis = new Diagnosis(jobs === undefined ? {} : { jobs });
      for (const line of lines) diagnosis.push(line);
      return diagnosis.end().findings[0]?.retry;
    });
    expect(retries).toEqual(['never', 'never', 'alone']);
  });
});
