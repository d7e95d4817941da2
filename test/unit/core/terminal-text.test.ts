import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainLine, plainText } from '../../../src/core/terminal-text.js';

it.each([
  ['10%\r20%\r', '20%'],
  ['a\rb\r\r', 'b'],
  ['\u001b[1;31mred\u001b[0m', 'red'],
  ['\u001b]0;a title\u0007text', 'text'],
  ['\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
  ['\u001b[2J\u001b[H\u001bcgone', 'gone'],
  ['\u001b(Bascii', 'ascii'],
  ['\u001bPdevice\u001b\\text', 'text'],
  ['\u009b31mred', 'red'],
  ['\u001b]0;no end', '0;no end'],
  ['bell\u0007 back\u0008space\u007f', 'bell backspace'],
  ['file\u202egpj.exe', 'filegpj.exe'],
  ['\u061cone\u200e\u200f\u202a\u202b\u202c\u202d', 'one'],
  ['\u2066one\u2067\u2068\u2069 two', 'one two'],
  ['one\u2028two\u2029', 'onetwo'],
  ['a\tb', 'a\tb'],
  ['naïve — ☃', 'naïve — ☃'],
])('%j is shown as %j', (line, shown) => {
  expect(plainLine(line)).toBe(shown);
});

it('lets nothing through that a terminal acts on', () => {
  const hostile = fc.string({
    unit: fc.oneof(
      fc.constantFrom('\u001b', '[', ']', '3', '1', 'm', '\u0007', '\r', '\u009b', '\\', 'P'),
      fc.string({ minLength: 1, maxLength: 1 }),
    ),
  });
  fc.assert(
    fc.property(hostile, (line) => {
      // eslint-disable-next-line no-control-regex -- what must not be there
      expect(plainLine(line)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    }),
  );
});

it('keeps the lines of a text apart', () => {
  expect(plainText('a\r\nb\u001b[0m\n\nc')).toBe('a\nb\n\nc');
});
