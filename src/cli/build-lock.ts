import { dirname, join } from 'node:path';
import type { Artifact } from '../build/artifacts.js';
import {
  describeDrift,
  driftOf,
  parseLock,
  printLock,
  type LockedBuild,
  type LockedParts,
} from '../build/lock-file.js';
import type { Pins } from '../build/pins.js';
import type { Recipe } from '../build/recipe.js';
import { wishesOf } from '../build/wishes.js';
import type { Workbench } from '../build/workbench.js';
import { Failure } from '../core/failure.js';
import { sha256Of } from '../core/sha256.js';
import { readMachineFacts } from '../effects/host-machine.js';
import { localFiles } from '../effects/tree-files.js';
import { readFeeds } from '../build/feeds.js';

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

function locationOf({ source }: Recipe): string {
  return source.kind === 'git' ? source.url : source.path;
}

/** The pins of `otb.lock`, for the places that are still the same; the recipe's for all else. */
export function lockedPins(locked: LockedBuild | undefined, recipe: Recipe, pins: Readonly<Pins>): Pins {
  if (!locked) return pins;
  const { source } = locked;
  const pin = source.location === locationOf(recipe) ? source.commit : undefined;
  const feeds = Object.entries(locked.feeds).flatMap(([name, { commit }]) =>
    commit === undefined ? [] : [[name, commit] as const],
  );
  return { ...pins, ...(pin !== undefined && { source: pin }), feeds: { ...pins.feeds, ...Object.fromEntries(feeds) } };
}

/** The build as the lock has it, as far as it is known before anything was built. */
function wishedBuild({ recipe, sources }: Workbench): LockedParts {
  const commit = sources.wanted.source;
  return {
    source: { location: locationOf(recipe), ...(commit !== undefined && { commit }) },
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

/** Before a build: with `--locked` it must be the same one. */
export function verifyLocked(bench: Workbench, locked: LockedBuild | undefined, mode: LockMode): void {
  if (mode.isLocked && locked) verifyNoDrift(locked, wishedBuild(bench), mode);
}

async function builtParts(bench: Workbench, artifacts: readonly Artifact[]): Promise<LockedBuild> {
  const { layout, sources } = bench;
  const { source, sourceDateEpoch, feeds } = sources.resolved;
  const lines = readFeeds((await localFiles.readText(`${layout.tree}/feeds.conf`)) ?? '');
  const images = artifacts.filter(({ kind }) => ['image', 'virtual-disk', 'rootfs', 'kernel'].includes(kind));
  return {
    source: { location: locationOf(bench.recipe), ...(source !== undefined && { commit: source }) },
    feeds: Object.fromEntries(
      lines.map(({ name, location }) => [
        name,
        // Beside otb's own files, wherever those are: the file goes from machine to machine.
        { location: location.replace(`${bench.home}/`, ''), ...(feeds[name] !== undefined && { commit: feeds[name] }) },
      ]),
    ),
    wishes: sha256Of(wishesOf(bench.recipe)),
    config: await localFiles.hash(`${layout.tree}/.config`),
    ...(sourceDateEpoch !== undefined && { sourceDateEpoch }),
    host: { system: (await readMachineFacts()).system, architecture: process.arch },
    images: Object.fromEntries(images.map(({ name, sha256 }) => [name, sha256])),
  };
}

/** After a build: with `--locked` it must have come out of the same things; without, `otb.lock` says what it was made of. */
export async function recordLock(
  bench: Workbench,
  artifacts: readonly Artifact[],
  locked: LockedBuild | undefined,
  mode: LockMode,
): Promise<void> {
  const now = await builtParts(bench, artifacts);
  if (mode.isLocked && locked) {
    const { source, feeds, wishes, config, sourceDateEpoch } = now;
    verifyNoDrift(
      locked,
      { source, feeds, wishes, config, ...(sourceDateEpoch !== undefined && { sourceDateEpoch }) },
      mode,
    );
    return;
  }
  const file = parseLock(await localFiles.readText(mode.path), mode.path);
  const text = printLock({ ...file, recipes: { ...file.recipes, [bench.recipe.name]: now } });
  if (text !== (await localFiles.readText(mode.path))) await localFiles.writeText(mode.path, text);
}
