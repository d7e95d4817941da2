import { availableParallelism, freemem, release } from 'node:os';
import { resolve } from 'node:path';
import type { Artifact } from '../build/artifacts.js';
import { layoutOf, type Layout } from '../build/layout.js';
import { buildSteps, parseRange } from '../build/pipeline.js';
import { recipeEnvironment } from '../build/recipe-needs.js';
import type { Collected, Provenance } from '../build/stages/collect.js';
import type { Workbench } from '../build/workbench.js';
import { Failure } from '../core/failure.js';
import { formatBytes } from '../core/units.js';
import { readArchive } from '../effects/archive.js';
import { readRevision } from '../effects/git.js';
import { dryFiles, localFiles } from '../effects/tree-files.js';
import { ensureAreas } from '../inspect/ensure-areas.js';
import { runSteps } from '../steps/run-steps.js';
import type { Step } from '../steps/step.js';
import { openSources } from './build-sources.js';
import { chooseRecipe, type ChosenRecipe } from './chosen-recipe.js';
import type { CommandContext, CommandResult } from './command.js';
import { openDoctorTools } from './doctor-tools.js';
import { home } from './home.js';
import { showRecipe } from './recipe-text.js';

type Options = Readonly<Record<string, unknown>>;

/** As many jobs as there are cores, but one at most per GiB of free memory. */
function parseJobs(word: unknown, configured: number | undefined): number {
  if (typeof word !== 'string')
    return configured ?? Math.max(1, Math.min(availableParallelism(), Math.floor(freemem() / 2 ** 30)));
  if (/^[1-9]\d{0,3}$/.test(word)) return Number(word);
  throw new Failure(`--jobs wants a whole number from 1 to 9999, not "${word}"`, { code: 'usage' });
}

function openWorkbench(
  context: CommandContext,
  chosen: ChosenRecipe,
  layout: Layout,
  jobs: number,
  offline: boolean,
): Workbench {
  const { emit, runner, options } = context;
  const { recipe } = chosen;
  const show = (command: string) => { emit({ type: 'command-planned', command }); }; // prettier-ignore
  return {
    recipe,
    layout,
    home,
    jobs,
    sources: openSources(chosen, offline),
    environment: recipeEnvironment(recipe),
    emit,
    run: runner,
    files: options.dryRun ? dryFiles(localFiles, show) : localFiles,
    prove: options.dryRun ? () => Promise.resolve() : (check) => check(),
  };
}

async function provenanceOf(
  context: CommandContext,
  { recipe, layout, jobs }: Workbench,
  startedAt: Date,
): Promise<Provenance> {
  const [revision, config, feeds] = await Promise.all([
    readRevision(home),
    localFiles.hash(`${layout.tree}/.config`),
    localFiles.readText(`${layout.tree}/feeds.conf`),
  ]);
  return {
    recipe: recipe.name,
    otb: { version: context.version, ...(revision && { commit: revision.commit, modified: revision.isModified }) },
    config: { sha256: config },
    feeds: (feeds ?? '').split('\n').filter((line) => /^\s*src-/.test(line)),
    host: { kernel: release(), architecture: process.arch, node: process.versions.node },
    build: { jobs, startedAt: startedAt.toISOString(), finishedAt: new Date().toISOString() },
  };
}

function resultOf({ recipe, layout }: Workbench, artifacts: readonly Artifact[]): CommandResult {
  const rows = artifacts.map(
    ({ name, size, sha256 }) => `${formatBytes(size).padStart(10)}  ${sha256.slice(0, 16)}  ${layout.images}/${name}`,
  );
  return { text: rows.join('\n'), json: { recipe: recipe.name, directory: layout.images, artifacts } };
}

/** A build that is ready to run. */
export interface PreparedBuild {
  bench: Workbench;
  steps: readonly Step[];
  /** Filled while the steps run. */
  collected: Collected;
}

/** Everything `otb build RECIPE` needs, with nothing run yet. */
export function prepareBuild(context: CommandContext, chosen: ChosenRecipe, options: Options): PreparedBuild {
  const { recipe, work, jobs } = chosen;
  const startedAt = new Date();
  const range = parseRange(options['from'] as string | undefined, options['until'] as string | undefined);
  const layout = layoutOf(resolve((options['work'] as string | undefined) ?? work ?? 'build'), recipe.name);
  const bench = openWorkbench(context, chosen, layout, parseJobs(options['jobs'], jobs), options['offline'] === true);
  const collected: Collected = { artifacts: [] };
  const check = async () => {
    const { checks } = await ensureAreas(['build'], false, openDoctorTools(context));
    return `${checks.length} checks`;
  };
  const help = { check, provenance: () => provenanceOf(context, bench, startedAt), readArchive, collected };
  return { bench, steps: buildSteps(bench, help, range), collected };
}

/** `otb build RECIPE --show`. */
export async function showChosen(
  context: CommandContext,
  name: string | undefined,
  options: Options,
): Promise<CommandResult> {
  return showRecipe((await chooseRecipe(context, name, options)).recipe);
}

/** `otb build RECIPE`. */
export async function runBuild(
  context: CommandContext,
  name: string | undefined,
  options: Options,
): Promise<CommandResult> {
  const { bench, steps, collected } = prepareBuild(context, await chooseRecipe(context, name, options), options);
  const { emit, signal } = context;
  await runSteps(steps, { emit, signal, dryRun: context.options.dryRun, now: () => performance.now() });
  return resultOf(bench, collected.artifacts);
}
