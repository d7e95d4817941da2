import { describe, expect, it } from 'vitest';
import type { GlobalOptions } from '../../../src/cli/command.js';
import { chooseFace, wantsColor } from '../../../src/cli/faces.js';

const options: GlobalOptions = {
  config: 'otb.yaml',
  json: false,
  quiet: false,
  verbose: false,
  dryRun: false,
  yes: false,
  color: true,
  input: true,
};
const surroundings = (isTTY: boolean, env: Record<string, string> = {}) => ({
  stderr: { isTTY },
  env: { TERM: 'xterm', ...env },
});

describe('which face', () => {
  it.each([
    [{}, true, {}, 'tty'],
    [{}, false, {}, 'plain'],
    [{}, true, { CI: 'true' }, 'plain'],
    [{}, true, { TERM: 'dumb' }, 'plain'],
    [{ verbose: true }, true, {}, 'plain'],
    [{ quiet: true }, true, {}, 'plain'],
    [{ json: true }, true, { GITHUB_ACTIONS: 'true' }, 'json'],
    [{}, true, { GITHUB_ACTIONS: 'true' }, 'github'],
    [{ quiet: true }, false, { GITHUB_ACTIONS: 'true' }, 'plain'],
    [{}, false, { GITHUB_ACTIONS: 'false' }, 'plain'],
  ] as const)('%o, terminal %s, %o: %s', (some, isTTY, env, face) => {
    expect(chooseFace({ ...options, ...some }, surroundings(isTTY, env))).toBe(face);
  });
});

describe('colour', () => {
  it.each([
    [true, true, {}, true],
    [true, false, {}, false],
    [true, true, { NO_COLOR: '1' }, false],
    [true, true, { NO_COLOR: '' }, true],
    [true, true, { TERM: 'dumb' }, false],
    [true, false, { FORCE_COLOR: '1' }, true],
    [true, true, { FORCE_COLOR: '0' }, false],
    [true, true, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    [false, true, { FORCE_COLOR: '1' }, false],
  ] as const)('option %s, terminal %s, %o: %s', (color, isTTY, env, answer) => {
    expect(wantsColor({ color }, surroundings(isTTY, env))).toBe(answer);
  });
});
