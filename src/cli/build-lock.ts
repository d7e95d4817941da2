import { dirname, join } from 'node:path';
import { comparableHashes, imageKinds, type Artifact } from '../build/artifacts.js';
import { planTreeFeeds } from '../build/feed-sources.js';
import {
  describeDrift,
  driftOf,
  imageDrift,
  lockedCommit,
  parseLock,
  printLock,
  type LockedBuild,
  type LockedParts,
} from '../build/lock-file.js';
import type { Pins } from '../build/pins.js';
import { stageNames } from '../build/pipeline.js';
import type { Recipe } from '../build/recipe.js';
import { wishesOf } from '../build/wishes.js';
import type { Workbench } from '../build/workbench.js';
import { Failure } from '../core/failure.js';
import { sha256Of } from '../core/sha256.js';
import { readMachineFacts } from '../effects/host-machine.js';
import { localFiles } from '../effects/tree-files.js';
import { withChange, type Step } from '../steps/step.js';

/** How a build treats `otb.lock`. */
export interface LockMode {
  /** Absolute. */
  path: string;
  /** `--locked`: what has drifted ends the build. */
  isLocked: boolean;
  /** `--update`: the pins of the file are not used. */
  isUpdating: boolean;
}

/** `otb.lock` stands beside `otb.yaml`; a build without one keeps it in its own directory. */
export function lockPath(configFile: string | undefined, root: string): string {
  return configFile === undefined ? join(root, 'otb.lock') : join(dirname(configFile), 'otb.lock');
}

/** What the file has about a recipe. */
export async function readLocked({ path, isLocked }: LockMode, recipe: string): Promise<LockedBuild | undefined> {
  const locked = parseLock(await localFiles.readText(path), path).recipes[recipe];
  if (locked || !isLocked) return locked;
  throw new Failure(`${path} holds nothing about "${recipe}"`, {
    code: 'usage',
    hint: 'Build it once without --locked, and keep the file in version control.',
  });
}

function placeOf({ source }: Recipe): { location: string; branch?: string } {
  if (source.kind === 'tree') return { location: source.path };
  return { location: source.url, ...(source.branch !== undefined && { branch: source.branch }) };
}

/**
 * The pins that the recipe and the configuration name, and for all else those of `otb.lock`, where the place is still
 * the same: the file holds what moves by itself, and gives way to what somebody wrote.
 */
export function lockedPins(locked: LockedBuild | undefined, recipe: Recipe, pins: Readonly<Pins>): Pins {
  if (!locked) return pins;
  const source = pins.source ?? lockedCommit(locked.source, placeOf(recipe));
  return { ...pins, ...(source !== undefined && { source }), locked: locked.feeds };
}

/** The build as far as it is known before anything is done. */
function wishedBuild({ recipe, sources }: Workbench): LockedParts {
  const commit = sources.wanted.source;
  return {
    source: { ...placeOf(recipe), ...(commit !== undefined && { commit }) },
    wishes: sha256Of(wishesOf(recipe)),
  };
}

function verifyNoDrift(locked: LockedBuild, now: LockedParts, { path }: LockMode): void {
  const drift = driftOf(locked, now);
  if (drift.length === 0) return;
  throw new Failure(`the build is not what ${path} says`, {
    code: 'usage',
    lines: drift.map(describeDrift),
    hint: 'Build without --locked (with --update to move the pins), look at what came, and commit the new file.',
    document: { drift },
  });
}

/** What a build is made of, once its tree is configured. */
async function madeOf(bench: Workbench): Promise<Omit<LockedBuild, 'images' | 'host'>> {
  const { home, layout, recipe, sources } = bench;
  const { source, sourceDateEpoch, feeds } = sources.resolved;
  const planned = (await planTreeFeeds(bench)).feeds.map(
    ({ name, location, branch }) =>
      [
        name,
        {
          // Beside otb's own files, wherever those are: the file goes from machine to machine.
          location: location.replace(`${home}/`, ''),
          ...(branch !== undefined && { branch }),
          ...(feeds[name] !== undefined && { commit: feeds[name] }),
        },
      ] as const,
  );
  return {
    source: { ...placeOf(recipe), ...(source !== undefined && { commit: source }) },
    feeds: Object.fromEntries(planned),
    wishes: sha256Of(wishesOf(recipe)),
    config: await localFiles.hash(`${layout.tree}/.config`),
    ...(sourceDateEpoch !== undefined && { sourceDateEpoch }),
  };
}

/** The stages that work with a configured tree. */
const afterConfigure: readonly string[] = stageNames.slice(stageNames.indexOf('configure') + 1);

/**
 * With `--locked` a build must be the one that the file has: what is known before is compared at once, the feeds and
 * the configuration as soon as they are there, before hours of compiling, also where an earlier build has made them.
 */
export function lockedSteps(
  steps: readonly Step[],
  bench: Workbench,
  locked: LockedBuild | undefined,
  mode: LockMode,
): readonly Step[] {
  if (!mode.isLocked || !locked) return steps;
  verifyNoDrift(locked, wishedBuild(bench), mode);
  const compare = async () => {
    verifyNoDrift(locked, await madeOf(bench), mode);
  };
  const first = steps.find(({ name }) => afterConfigure.includes(name));
  if (first === undefined) return steps;
  return withChange(steps, first.name, (step) => ({
    async done() {
      const why = await step.done?.();
      await bench.prove(compare);
      return why;
    },
  }));
}

/**
 * After a build: `otb.lock` says what it was made of, and what came out. With `--locked` the file stays, and images that
 * are not those it has are warned of: the same sources can come out otherwise on another host.
 */
export async function recordLock(
  bench: Workbench,
  artifacts: readonly Artifact[],
  locked: LockedBuild | undefined,
  { path, isLocked }: LockMode,
): Promise<void> {
  const host = { system: (await readMachineFacts()).system, architecture: process.arch };
  const images = comparableHashes(artifacts, imageKinds);
  if (isLocked && locked) {
    const drift = imageDrift(locked, images);
    if (drift.length === 0) return;
    bench.emit({
      type: 'warning',
      message: `the images are not those of ${path}: ${drift.map(describeDrift).join('; ')}`,
      hint: `the file's were built on ${locked.host['system'] ?? 'another host'}, these on ${host.system}`,
    });
    return;
  }
  const before = await localFiles.readText(path);
  const { recipes } = parseLock(before, path);
  const now = { ...(await madeOf(bench)), host, images };
  const text = printLock({ version: 1, recipes: { ...recipes, [bench.recipe.name]: now } });
  if (text !== before) await localFiles.writeText(path, text);
}
