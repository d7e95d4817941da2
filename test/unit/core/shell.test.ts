import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteCommand, quoteWord } from '../../../src/core/shell.js';

/** What a real shell makes of a line: its words, parted by NUL. */
function wordsOf(line: string): string[] {
  const { stdout, status, stderr } = spawnSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.split('\0').slice(0, -1);
}

const awkward = fc.string({
  unit: fc.oneof(
    fc.constantFrom("'", '"', '\\', '$', '`', '!', '*', '?', '[', '~', '#', '=', '-', ' ', '\n', '\t', '\r', ';', '&'),
    fc.constantFrom('(', ')', '<', '>', '|', '{', '}', '%', '^', 'é', '—', '\u001b'),
    fc.string({ minLength: 1, maxLength: 1, unit: 'grapheme' }),
  ),
});

describe('quoting for a shell', () => {
  it('gives a real shell back what went in', () => {
    // All of them in one shell: starting one is what takes time.
    const words = fc.sample(awkward, 3000).map((word) => word.replaceAll('\0', '').toWellFormed());
    expect(wordsOf(quoteCommand(words))).toEqual(words);
  });

  it('keeps the words apart that a shell would act on', () => {
    const words = ['a=b', '~', '~root', '*', '$HOME', '$(id)', '`id`', '', '-n', '#', '!!', '{a,b}', "it's", '\\'];
    expect(wordsOf(quoteCommand(words))).toEqual(words);
  });

  it('leaves plain words as people write them', () => {
    expect(quoteCommand(['make', '-j4', 'package/libs/foo/compile', 'V=s'])).toBe(
      "make -j4 package/libs/foo/compile 'V=s'",
    );
    expect(quoteWord('')).toBe("''");
  });
});
