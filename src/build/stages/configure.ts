import { Failure } from '../../core/failure.js';
import type { StepVoice } from '../../steps/step.js';
import { explainDropped } from '../explain-dropped.js';
import { droppedSymbols, parseConfig, printSymbol, type DroppedSymbol } from '../kconfig.js';
import { parsePackageFacts } from '../package-facts.js';
import type { BareStage } from '../stage.js';
import { wishesOf } from '../wishes.js';
import { beginLog, mustRunInTree, type Workbench } from '../workbench.js';

function describeDropped({ symbol, wanted, got }: DroppedSymbol, why: string | undefined): string {
  return `${printSymbol(symbol, wanted)}  became  ${printSymbol(symbol, got)}${why === undefined ? '' : `: ${why}`}`;
}

/** `make defconfig` exits 0 whatever it dropped: what was wanted is compared with what is there. */
async function proveConfig({ files, layout }: Workbench, wanted: string): Promise<void> {
  const got = parseConfig((await files.readText(`${layout.tree}/.config`)) ?? '');
  const dropped = droppedSymbols(parseConfig(wanted), got);
  if (dropped.length === 0) return;
  const index = parsePackageFacts((await files.readText(`${layout.tree}/tmp/.packageinfo`)) ?? '');
  throw new Failure(`make defconfig did not keep ${dropped.length === 1 ? 'one wish' : `${dropped.length} wishes`}`, {
    code: 'build',
    lines: dropped.map((one) => describeDropped(one, explainDropped(one, index, got))),
    hint: 'A name the tree does not know, or a dependency it cannot satisfy: correct the name, add the feed that has it, or leave it out.',
    document: { dropped: dropped.map((one) => ({ ...one, reason: explainDropped(one, index, got) })) },
  });
}

async function run(bench: Workbench, voice: StepVoice): Promise<string> {
  const { files, layout, recipe, prove } = bench;
  const wanted = wishesOf(recipe);
  await beginLog(bench, 'configure');
  await files.writeText(`${layout.tree}/.config`, wanted);
  await mustRunInTree(bench, 'configure', ['make', 'defconfig'], voice);
  await prove(() => proveConfig(bench, wanted));
  const count = parseConfig(wanted).size;
  return count === 1 ? '1 wish kept' : `${count} wishes kept`;
}

/** Writes `.config` from the recipe, runs `make defconfig`, and compares what was wanted with what came out. */
export function configureStage(bench: Workbench): BareStage {
  return { name: 'configure', title: 'Configure', run: (voice) => run(bench, voice) };
}
