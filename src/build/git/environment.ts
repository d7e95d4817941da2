import type { Rewrite } from '../recipe.js';

type Setting = readonly [name: string, value: string];

/**
 * What otb asks of every git. Nothing may depend on the user's own settings: no hooks, no changed line ends, no
 * signatures. Caches are never packed anew behind a reader's back, and `ext::` runs no program. A server that sends
 * nothing for a minute is given up: git itself would wait for ever.
 */
const always: readonly Setting[] = [
  ['protocol.ext.allow', 'never'],
  ['protocol.version', '2'],
  ['core.autocrlf', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['commit.gpgsign', 'false'],
  ['gc.auto', '0'],
  ['advice.detachedHead', 'false'],
  ['http.lowSpeedLimit', '1'],
  ['http.lowSpeedTime', '60'],
];

/** The settings that stand in an environment already (`GIT_CONFIG_COUNT`, `_KEY_n`, `_VALUE_n`). */
export function inheritedSettings(environment: Readonly<Record<string, string | undefined>>): Setting[] {
  const count = Number(environment['GIT_CONFIG_COUNT'] ?? 0);
  const indices = Array.from({ length: Number.isInteger(count) && count > 0 ? Math.min(count, 1000) : 0 }, (_, index) => index);
  return indices.flatMap((index) => {
    const name = environment[`GIT_CONFIG_KEY_${index}`];
    return name === undefined ? [] : [[name, environment[`GIT_CONFIG_VALUE_${index}`] ?? ''] as const];
  });
}

/** The setting that has git fetch from `to` what is asked of an address that begins with `from`. */
export function rewriteSetting({ from, to }: Rewrite): Setting {
  return [`url.${to}.insteadOf`, from];
}

/** All settings of a build: the user's environment, otb's own, the recipe's rewrites. */
export function settingsOf(inherited: readonly Setting[], rewrites: readonly Rewrite[]): Setting[] {
  return [...inherited, ...always, ...rewrites.map(rewriteSetting)];
}

/** Settings as variables that every git reads, those that make and `scripts/feeds` start included. It never asks. */
export function gitEnvironment(settings: readonly Setting[]): Record<string, string> {
  const pairs = settings.flatMap(([name, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, name],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(pairs) as Record<string, string> };
}
