import { resolve } from 'node:path';
import type { Artifact } from '../build/artifacts.js';
import { remade, type Layout } from '../build/layout.js';
import type { Workbench } from '../build/workbench.js';
import { Failure } from '../core/failure.js';
import { formatBytes } from '../core/units.js';
import { inheritingRunner } from '../effects/inheriting-runner.js';
import { cleanDirectory, markDirectory } from '../effects/marked-directory.js';
import { takeWorkLock } from '../effects/work-lock.js';
import { lockedPins, lockedSteps, lockPath, readLocked, recordLock, type LockMode } from './build-lock.js';
import { openLayout, prepareBuild, type BuildOptions, type PreparedBuild } from './build-open.js';
import { proveReproducible } from './build-again.js';
import { chooseRecipe, type ChosenRecipe } from './chosen-recipe.js';
import type { CommandContext, CommandResult } from './command.js';
import { runCommandSteps } from './run-command-steps.js';
import { showRecipe } from './recipe-text.js';

function resultOf({ recipe, layout }: Workbench, artifacts: readonly Artifact[]): CommandResult {
  const rows = artifacts.map(
    ({ name, size, sha256 }) => `${formatBytes(size).padStart(10)}  ${sha256.slice(0, 16)}  ${layout.images}/${name}`,
  );
  return { text: rows.join('\n'), json: { recipe: recipe.name, directory: layout.images, artifacts } };
}

/**
 * Does something in a build's directory while no other otb works there. What it runs inherits the lock, so that it is
 * found when otb is killed.
 */
export async function withWorkDirectory<Result>(
  context: CommandContext,
  { root, lock, marker }: Layout,
  work: (context: CommandContext) => Promise<Result>,
): Promise<Result> {
  if (context.options.dryRun) return work(context);
  await markDirectory(marker);
  const held = await takeWorkLock(lock, new Date());
  if (held.ended.length > 0) {
    context.emit({
      type: 'warning',
      message: `an otb that was killed had left ${held.ended.length} processes at work in ${root}; they were ended`,
    });
  }
  try {
    return await work({ ...context, runner: inheritingRunner(context.runner, held.descriptor) });
  } finally {
    held.release();
  }
}

/** Runs a prepared build, and compares it with, or writes it to, `otb.lock`. */
async function performBuild(
  context: CommandContext,
  chosen: ChosenRecipe,
  layout: Layout,
  options: BuildOptions,
): Promise<PreparedBuild> {
  const mode: LockMode = {
    path: resolve(lockPath(chosen.settings?.file, layout.root)),
    isLocked: options['locked'] === true,
    isUpdating: options['update'] === true || options['unpinned'] === true,
  };
  const locked = await readLocked(mode, chosen.recipe.name);
  const pins = mode.isUpdating ? chosen.pins : lockedPins(locked, chosen.recipe, chosen.pins);
  const build = await prepareBuild(context, { ...chosen, pins }, layout, options);
  await runCommandSteps(context, lockedSteps(build.steps, build.bench, locked, mode));
  if (build.isWhole) await recordLock(build.bench, build.collected.artifacts, locked, mode);
  return build;
}

/** `otb build RECIPE --show`. */
export async function showChosen(
  context: CommandContext,
  name: string | undefined,
  options: BuildOptions,
): Promise<CommandResult> {
  return showRecipe((await chooseRecipe(context, name, options)).recipe);
}

/** Two builds are compared by what they end in. */
function verifyOptions({ checkReproducible, from, until }: BuildOptions): void {
  if (checkReproducible !== true || (from === undefined && until === undefined)) return;
  throw new Failure('--check-reproducible builds the whole, from the source to the images', {
    code: 'usage',
    hint: 'Leave out --from and --until.',
  });
}

/** `otb build RECIPE`. */
export async function runBuild(
  context: CommandContext,
  name: string | undefined,
  options: BuildOptions,
): Promise<CommandResult> {
  verifyOptions(options);
  const chosen = await chooseRecipe(context, name, options);
  const layout = openLayout(chosen, options);
  return withWorkDirectory(context, layout, async (inside) => {
    if (options['clean'] === true && !context.options.dryRun) await cleanDirectory(layout.marker, remade);
    const build = await performBuild(inside, chosen, layout, options);
    if (options['checkReproducible'] === true) await proveReproducible(inside, chosen, build, options);
    return resultOf(build.bench, build.collected.artifacts);
  });
}
