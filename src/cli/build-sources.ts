import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inheritedSettings, settingsOf } from '../build/git/environment.js';
import type { Sources } from '../build/sources.js';
import { cacheDirectory } from '../effects/cache-directory.js';
import type { ChosenRecipe } from './chosen-recipe.js';

/** Where the sources of a build come from, with nothing found yet. */
export function openSources({ recipe, places, pins }: ChosenRecipe, offline: boolean): Sources {
  return {
    caches: join(cacheDirectory(process.env), 'git'),
    offline,
    wanted: pins,
    resolved: { feeds: {} },
    places,
    gitSettings: settingsOf(inheritedSettings(process.env), recipe.rewrites ?? []),
    mark: String(process.pid),
    pause: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
  };
}
