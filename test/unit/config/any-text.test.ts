import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/parse-config.js';
import { problemLines } from '../../../src/config/problem.js';
import { base, fixture } from './support.js';

/** A result is a configuration or problems with places in the text; nothing is thrown. */
function verifyResult(text: string): void {
  const { config, problems } = parseConfig(text, 'otb.yaml');
  if (config) return;
  expect(problems.length).toBeGreaterThan(0);
  const lines = text.split('\n');
  for (const problem of problems) {
    const { line, column } = problem.place;
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
    expect(problem.message).not.toBe('');
    for (const printed of problemLines(problem)) {
      // eslint-disable-next-line no-control-regex -- control characters are what must be absent
      expect(printed).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    }
  }
}

const sources = [base, fixture('full.yaml'), fixture('minimal.yaml')];
const pieces = [
  '{',
  '}',
  '[',
  ']',
  ': ',
  '- ',
  '\n',
  '\n  ',
  '\t',
  '"',
  "'",
  '#',
  '&a ',
  '*a',
  '<<: ',
  '!x ',
  '|\n',
  '>-\n',
  '? ',
  ',',
  '%YAML 1.1\n',
  '---\n',
  '...\n',
  '\r',
  '\r\n',
  '\u0000',
  '\ufeff',
  '0x',
  '010',
  '.nan',
  'null',
  '~',
  'true',
  '__proto__: ',
  'constructor: ',
  '\ud800',
  'é',
  '\u2028',
  '1e999',
  '-',
  '@',
  '`',
];
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.nat(12),
  put: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 6, unit: 'binary' })),
});

function edited(text: string, edits: readonly { at: number; cut: number; put: string }[]): string {
  return edits.reduce((one, { at, cut, put }) => {
    const from = Math.floor(at * one.length);
    return one.slice(0, from) + put + one.slice(from + cut);
  }, text);
}

describe('whatever the text', () => {
  it('any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        verifyResult(Buffer.from(bytes).toString('utf8'));
      }),
      { numRuns: 100 },
    );
  });

  it('any heap of YAML’s own marks', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces, 'a', 'version', 'devices'), { maxLength: 60 }), (parts) => {
        verifyResult(parts.join(''));
      }),
      { numRuns: 150 },
    );
  });

  it('a good file with anything done to it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.array(edit, { minLength: 1, maxLength: 4 }), (text, edits) => {
        verifyResult(edited(text, edits));
      }),
      { numRuns: 100 },
    );
  });

  it('any data at all under the known keys', () => {
    const keys = [
      'version',
      'build',
      'gateway',
      'devices',
      'wans',
      'name',
      'ssh',
      'tunnel',
      'key',
      'forwards',
      'port',
      'to',
      'lan',
      'dhcp',
      'mwan3',
      'rules',
      'policies',
      'proto',
      'packages',
      'environment',
      'checks',
    ];
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'medium', withCrossShrink: true },
        fc.constantFrom<unknown>(1, 0, -1, 1.5, '', 'x', 'dhcp', 'static', 'all', true, false, null, 65_536),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie('tree'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (data) => {
        verifyResult(JSON.stringify(data));
      }),
      { numRuns: 150 },
    );
  });
});

describe('a long file of one kind', () => {
  const shapes: Record<string, (count: number) => string> = {
    'many keys': (count) => Array.from({ length: count }, (_, index) => `k${index}: 1\n`).join(''),
    'one key again and again': (count) => 'build: {}\n'.repeat(count),
    'many devices': (count) => `version: 1\ndevices:\n${'  - { name: a, ssh: b, wans: [] }\n'.repeat(count)}`,
    'many forwards to nowhere': (count) =>
      `version: 1\ngateway:\n  forwards:\n${Array.from({ length: count }, (_, index) => `    - { port: ${index + 1}, to: d${index} }\n`).join('')}`,
    commas: (count) => `[${','.repeat(count)}`,
    'closing brackets': (count) => ']'.repeat(count),
    quotes: (count) => '"'.repeat(count),
    'bad escapes': (count) => `a: "${'\\q'.repeat(count)}"`,
    anchors: (count) => '&a '.repeat(count),
    aliases: (count) => `x: &a 1\ny: [${'*a, '.repeat(count)}]`,
    tabs: (count) => 'a:\n\tb: 1\n'.repeat(count),
    documents: (count) => '---\n'.repeat(count),
    'a long line': (count) => `a: ${'b '.repeat(count * 5)}`,
    'a long number': (count) => `version: ${'1'.repeat(count * 5)}`,
    'blank lines': (count) => '\n'.repeat(count * 5),
    'text over lines': (count) => `a:\n${'  b\n'.repeat(count)}`,
  };

  it.each(Object.entries(shapes))('%s', (_name, shape) => {
    verifyResult(shape(8000));
  });
});
