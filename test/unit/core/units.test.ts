import { expect, it } from 'vitest';
import { formatBytes, formatDuration } from '../../../src/core/units.js';

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.00 KiB'],
  [14.24 * 1024 ** 2, '14.2 MiB'],
  [9.999 * 1024, '10.0 KiB'],
  [1024 ** 2 - 1, '1.00 MiB'],
  [3 * 1024 ** 4, '3.00 TiB'],
  [5000 * 1024 ** 4, '5000.0 TiB'],
])('%d bytes: %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [0, '0.0 s'],
  [440, '0.4 s'],
  [9960, '10 s'],
  [12_400, '12 s'],
  [59_600, '1:00'],
  [187_000, '3:07'],
  [3_599_700, '1:00:00'],
  [3_723_000, '1:02:03'],
])('%d ms: %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});
