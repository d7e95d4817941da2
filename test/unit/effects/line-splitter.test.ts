import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineSplitter } from '../../../src/effects/line-splitter.js';
import { Tail } from '../../../src/effects/tail.js';
import { cleanPath } from '../../../src/effects/environment.js';

/** Cuts a buffer at random places. */
const chunked = fc.tuple(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.array(fc.nat(20), { maxLength: 30 }));

function chunksOf(text: string, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let rest = Buffer.from(text);
  for (const size of sizes) {
    chunks.push(rest.subarray(0, size));
    rest = rest.subarray(size);
  }
  return [...chunks, rest];
}

it('gives the same lines however the bytes arrive', () => {
  fc.assert(
    fc.property(fc.array(chunked), (parts) => {
      const text = parts.map(([line]) => line.toWellFormed()).join('\n');
      const lines: string[] = [];
      const splitter = new LineSplitter((line) => lines.push(line));
      for (const chunk of chunksOf(
        text,
        parts.flatMap(([, sizes]) => sizes),
      ))
        splitter.push(chunk);
      splitter.end();
      const expected = text.split('\n').map((line) => line.replace(/\r$/, ''));
      if (text.split('\n').at(-1) === '') expected.pop();
      expect(lines).toEqual(expected);
    }),
  );
});

it('keeps the end of a stream, at least as much as it was told', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), fc.integer({ min: 1, max: 100 }), (chunks, limit) => {
      const tail = new Tail(limit);
      for (const chunk of chunks) tail.push(Buffer.from(chunk.map((byte) => 97 + (byte % 26))));
      const whole = chunks.map((chunk) => Buffer.from(chunk.map((byte) => 97 + (byte % 26))).toString()).join('');
      expect(whole.endsWith(tail.toString())).toBe(true);
      expect(tail.toString().length).toBeGreaterThanOrEqual(Math.min(limit, whole.length));
      expect(tail.toString().length).toBeLessThan(limit + 51);
    }),
  );
});

it("cleans PATH and adds the system's own directories behind it", () => {
  const system = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  expect(cleanPath('')).toBe(system);
  expect(cleanPath('/opt/x:.:bin::/mnt/c/Program Files:/opt/x')).toBe(`/opt/x:${system}`);
  expect(cleanPath('/bin:/opt/x')).toBe(`/bin:/opt/x:${system.replace(':/bin', '')}`);
});
