import { differingArtifacts, type Artifact } from '../build/artifacts.js';
import { layoutOf, remade, type Layout } from '../build/layout.js';
import { Failure } from '../core/failure.js';
import { cleanDirectory, markDirectory } from '../effects/marked-directory.js';
import { shareDirectory } from '../effects/share-directory.js';
import { withChange, type Step } from '../steps/step.js';
import { prepareBuild, type BuildOptions, type PreparedBuild } from './build-open.js';
import type { ChosenRecipe } from './chosen-recipe.js';
import type { CommandContext } from './command.js';
import { runCommandSteps } from './run-command-steps.js';

/** What the second build leaves in its directory. */
const everything = [...remade, 'images'];

/** The archives need not come over the network twice: they are known by their hashes. */
function sharingDownloads(steps: readonly Step[], from: Layout, to: Layout): Step[] {
  return withChange(steps, 'source', (source) => ({
    async run(voice) {
      const note = await source.run(voice);
      await shareDirectory(`${from.tree}/dl`, `${to.tree}/dl`);
      return note;
    },
  }));
}

function verifySame(one: readonly Artifact[], other: readonly Artifact[], first: Layout, second: Layout): void {
  const names = differingArtifacts(one, other);
  if (names.length === 0) return;
  const what = names.length === 1 ? 'one file is' : `${names.length} files are`;
  throw new Failure(`built twice, ${what} not the same`, {
    code: 'verification',
    lines: names.map((name) => `${first.images}/${name}  and  ${second.images}/${name}`),
    hint: 'Look at where they differ with `diffoscope`; both builds were left as they are.',
    document: { differing: names, directories: [first.images, second.images] },
  });
}

/**
 * Builds the same commits once more, from nothing and in another directory, and compares what comes out.
 *
 * @throws Failure `verification` when the images are not the same; signatures behind them do not count
 */
export async function proveReproducible(
  context: CommandContext,
  chosen: ChosenRecipe,
  { bench, collected }: PreparedBuild,
  options: BuildOptions,
): Promise<void> {
  const { emit } = context;
  const layout = layoutOf(bench.layout.root, 'again');
  const pins = { ...chosen.pins, ...bench.sources.resolved };
  const build = await prepareBuild(context, { ...chosen, pins }, layout, options);
  const { root, marker } = layout;
  if (context.options.dryRun) {
    emit({ type: 'note', message: `then the same once more in ${root}, and the images of both are compared` });
    return;
  }
  await markDirectory(marker);
  await cleanDirectory(marker, everything);
  emit({ type: 'note', message: `once more, from nothing, in ${root}` });
  await runCommandSteps(context, sharingDownloads(build.steps, bench.layout, layout));
  verifySame(collected.artifacts, build.collected.artifacts, bench.layout, layout);
  emit({ type: 'note', message: 'both builds are the same' });
  await cleanDirectory(marker, everything);
}
