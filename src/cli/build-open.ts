import { availableParallelism, freemem, release } from 'node:os';
import { resolve } from 'node:path';
import { planJobs } from '../build/jobs.js';
import { Journal } from '../build/journal.js';
import { layoutOf, type Layout } from '../build/layout.js';
import { buildSteps, parseRange, stageNames } from '../build/pipeline.js';
import { recipeEnvironment } from '../build/recipe-needs.js';
import type { Recipe } from '../build/recipe.js';
import type { Collected, CollectHelp, Provenance } from '../build/stages/collect.js';
import type { Workbench } from '../build/workbench.js';
import { Failure } from '../core/failure.js';
import { signContent } from '../core/usign.js';
import { readArchive } from '../effects/archive.js';
import { isInContainer } from '../effects/container.js';
import { readRevision } from '../effects/git.js';
import { readSecret } from '../effects/read-secret.js';
import { dryFiles, localFiles, type TreeFiles } from '../effects/tree-files.js';
import { ensureAreas } from '../inspect/ensure-areas.js';
import type { Step } from '../steps/step.js';
import { openSources } from './build-sources.js';
import type { ChosenRecipe } from './chosen-recipe.js';
import type { CommandContext } from './command.js';
import { openDoctorTools } from './doctor-tools.js';
import { home } from './home.js';

/** The options of `otb build`, as commander has them. */
export type BuildOptions = Readonly<Record<string, unknown>>;

/** How long a program may print nothing when no file says so, in milliseconds. */
const usualSilenceMs = 30 * 60_000;

function parseJobs(word: unknown, configured: number | undefined): number {
  // What Node calls free is what can be had without swapping.
  if (typeof word !== 'string')
    return configured ?? planJobs({ cores: availableParallelism(), availableBytes: freemem() });
  if (/^[1-9]\d{0,3}$/.test(word)) return Number(word);
  throw new Failure(`--jobs wants a whole number from 1 to 9999, not "${word}"`, { code: 'usage' });
}

/** OpenWrt says not to build as root, and some of its tools refuse. */
function rootEnvironment({ name, asRoot }: Recipe, isAllowed: boolean): Record<string, string> {
  if (process.getuid?.() !== 0 || asRoot === true) return {};
  if (isAllowed || isInContainer()) return { FORCE_UNSAFE_CONFIGURE: '1' };
  throw new Failure(`"${name}" is not built as root: a mistake in a Makefile could reach the whole system`, {
    code: 'refused',
    hint: 'Build as another user or in a container, or say --allow-root.',
  });
}

function filesOf({ emit, options }: CommandContext): TreeFiles {
  const show = (command: string) => {
    emit({ type: 'command-planned', command });
  };
  return options.dryRun ? dryFiles(localFiles, show) : localFiles;
}

/** Where a build keeps what. */
export function openLayout({ recipe, work, settings }: ChosenRecipe, options: BuildOptions): Layout {
  const directory = (options['work'] as string | undefined) ?? work ?? 'build';
  return layoutOf(resolve(directory), recipe.name, settings?.images);
}

function openWorkbench(
  context: CommandContext,
  chosen: ChosenRecipe,
  layout: Layout,
  options: BuildOptions,
): Workbench {
  const { recipe, settings } = chosen;
  return {
    recipe,
    layout,
    home,
    jobs: parseJobs(options['jobs'], chosen.jobs),
    sources: openSources(chosen, options['offline'] === true),
    environment: {
      ...rootEnvironment(recipe, options['allowRoot'] === true || context.options.dryRun),
      ...recipeEnvironment(recipe),
    },
    emit: context.emit,
    run: context.runner,
    files: filesOf(context),
    remedies: settings?.remedies ?? [],
    keepGoing: options['keepGoing'] === true,
    silenceMs: settings?.silenceMs ?? usualSilenceMs,
    cured: [],
    prove: context.options.dryRun ? () => Promise.resolve() : (check) => check(),
  };
}

async function provenanceOf(
  context: CommandContext,
  { recipe, layout, jobs, sources }: Workbench,
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
    ...(sources.resolved.source !== undefined && { source: { commit: sources.resolved.source } }),
    config: { sha256: config },
    feeds: (feeds ?? '').split('\n').filter((line) => /^\s*src-/.test(line)),
    host: { kernel: release(), architecture: process.arch, node: process.versions.node },
    build: { jobs, startedAt: startedAt.toISOString(), finishedAt: new Date().toISOString() },
  };
}

/** Reads the signing key, and tries it, before hours are spent. */
async function signerOf({ settings }: ChosenRecipe, { runner }: CommandContext): Promise<CollectHelp['sign']> {
  if (!settings?.signingKey) return undefined;
  const key = await readSecret(settings.signingKey, settings.file, runner);
  signContent(Buffer.from('a trial'), key.reveal());
  return (content) => Promise.resolve(signContent(Buffer.from(content), key.reveal()));
}

/** A build that is ready to run. */
export interface PreparedBuild {
  bench: Workbench;
  steps: readonly Step[];
  /** Filled while the steps run. */
  collected: Collected;
  /** Whether every stage from the source to the images is among the steps. */
  isWhole: boolean;
}

/** Everything `otb build RECIPE` needs, with nothing run yet. */
export async function prepareBuild(
  context: CommandContext,
  chosen: ChosenRecipe,
  layout: Layout,
  options: BuildOptions,
): Promise<PreparedBuild> {
  const startedAt = new Date();
  const stages = parseRange(options['from'] as string | undefined, options['until'] as string | undefined);
  const range = { ...stages, isExact: options['locked'] === true };
  const bench = openWorkbench(context, chosen, layout, options);
  const sign = await signerOf(chosen, context);
  const collected: Collected = { artifacts: [] };
  const check = async () => {
    const { checks } = await ensureAreas(['build'], false, openDoctorTools(context));
    return `${checks.length} checks`;
  };
  // A dry run shows what make would be told, not what otb notes down.
  const notes = context.options.dryRun ? { ...localFiles, writeText: () => Promise.resolve() } : localFiles;
  const help = {
    check,
    journal: new Journal(notes, layout.journal, stageNames),
    now: () => new Date(),
    provenance: () => provenanceOf(context, bench, startedAt),
    readArchive,
    collected,
    ...(sign && { sign }),
  };
  const isWhole = ['check', 'source'].includes(range.from) && range.until === 'collect' && !context.options.dryRun;
  return { bench, steps: buildSteps(bench, help, range), collected, isWhole };
}
