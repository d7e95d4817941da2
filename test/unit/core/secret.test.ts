import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { Secret } from '../../../src/core/secret.js';

it('shows itself nowhere but where it is asked for', () => {
  const secret = new Secret('hunter2');
  const shown = [
    String(secret),
    ''.concat(secret as unknown as string),
    JSON.stringify({ secret }),
    inspect({ secret }, { depth: 9, showHidden: true }),
    Object.entries(secret).join(),
    new Error('x', { cause: secret }).stack ?? '',
    inspect(new Error('x', { cause: secret })),
  ];
  for (const text of shown) expect(text).not.toContain('hunter2');
  expect(String(secret)).toBe('[REDACTED]');
  expect(secret.reveal()).toBe('hunter2');
});

it('cannot be copied by its members', () => {
  expect(JSON.stringify(Object.assign({}, new Secret('hunter2')))).toBe('{}');
  expect(() => structuredClone(new Secret('hunter2')).reveal()).toThrow();
});
