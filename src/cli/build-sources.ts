import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inheritedSettings, settingsOf } from '../build/git/environment.js';
import type { Sources } from '../build/sources.js';
import type { ChosenRecipe } from './chosen-recipe.js';

/** Where bare copies of git repositories are kept: `otb/git` in the user's directory of caches. */
function cacheDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const given = environment['XDG_CACHE_HOME'];
  // The specification has relative paths ignored.
  const base = given !== undefined && isAbsolute(given) ? given : join(homedir(), '.cache');
  return join(base, 'otb/git');
}

/** Where the sources of a build come from, with nothing found yet. */
export function openSources({ recipe, places, pins }: ChosenRecipe, offline: boolean): Sources {
  return {
    caches: cacheDirectory(process.env),
    offline,
    wanted: pins,
    resolved: { feeds: {} },
    places,
    gitSettings: settingsOf(inheritedSettings(process.env), recipe.rewrites ?? []),
    mark: String(process.pid),
    pause: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
  };
}
