import { createHash } from 'node:crypto';
import { Failure } from '../../core/failure.js';
import type { Step, StepVoice } from '../../steps/step.js';
import { whatGitSaid } from '../git/attempts.js';
import type { CacheHelp } from '../git/cache.js';
import { openDoor } from '../git/door.js';
import { readNote, type TreeNote } from '../git/tree-note.js';
import { beginMove, checkOut, endMove, verifyUntouched } from '../git/work-tree.js';
import { beginLog, logPath, type Workbench } from '../workbench.js';

/** Who commits: with these the same patches on the same pin are the same commits everywhere, and at any time. */
const committer = {
  GIT_COMMITTER_NAME: 'otb',
  GIT_COMMITTER_EMAIL: 'otb@localhost',
  GIT_COMMITTER_DATE: '2000-01-01T00:00:00Z',
};

/** The patches of a recipe in their order, and a name for their contents. */
interface PatchSet {
  paths: string[];
  /** Empty when there are none. */
  name: string;
}

/** Where the patches of a build lie. */
export function patchDirectory({ home, recipe }: Workbench): string {
  return recipe.patches ?? `${home}/patches/${recipe.name}`;
}

async function readPatches(bench: Workbench): Promise<PatchSet> {
  const { files } = bench;
  const directory = patchDirectory(bench);
  const names = (await files.list(directory)).map(({ path }) => path).filter((path) => path.endsWith('.patch'));
  if (names.length === 0) return { paths: [], name: '' };
  const paths = names.sort().map((name) => `${directory}/${name}`);
  const digest = createHash('sha256');
  for (const path of paths) digest.update(await files.hash(path));
  return { paths, name: digest.digest('hex') };
}

/** Which patch `git am` stopped at: it counts them, and names each by its subject. */
function stoppedAt(output: string): string | undefined {
  return /^Patch failed at \d+ (.+)$/m.exec(output)?.[1];
}

/** All of them, or none: when one does not fit, the tree goes back to the pin. */
async function applyAll({ paths }: PatchSet, base: string, help: CacheHelp): Promise<void> {
  const { bench, door, stage } = help;
  const { tree } = bench.layout;
  const outcome = await door.tell(['git', '-C', tree, 'am', '--3way', ...paths], committer);
  if (outcome.exitCode === 0) return;
  await door.tidy(['git', '-C', tree, 'am', '--abort']);
  await checkOut(help, base, true);
  const subject = stoppedAt(`${outcome.stdout}\n${outcome.stderr}`);
  throw new Failure(`${subject === undefined ? 'a patch' : `the patch "${subject}"`} does not fit ${base.slice(0, 12)}; none was applied`, {
    code: 'build',
    lines: whatGitSaid(outcome),
    hint: `Make it anew for this commit, or take it out of ${paths[0]?.replace(/\/[^/]*$/, '') ?? ''}. The whole log: ${logPath(bench, stage)}`,
  });
}

async function repatch(patches: PatchSet, note: TreeNote, help: CacheHelp): Promise<void> {
  await verifyUntouched(help, note);
  const moving = await beginMove(help, note, note.base);
  if (note.isMoving || note.head !== note.base) await checkOut(help, note.base, note.isMoving);
  try {
    if (patches.paths.length > 0) await applyAll(patches, note.base, help);
  } catch (error) {
    // Stopped in the middle, the note still says so; a patch that does not fit has left the tree at the pin.
    if (error instanceof Failure && error.code === 'build') await endMove(help, moving);
    throw error;
  }
  const head = (await help.door.ask('-C', help.bench.layout.tree, 'rev-parse', 'HEAD')) ?? note.base;
  await endMove(help, { ...moving, head, patches: patches.name });
}

function remark({ paths }: PatchSet, more = ''): string {
  if (paths.length === 0) return 'no patches';
  return `${paths.length === 1 ? '1 patch' : `${paths.length} patches`}${more}`;
}

async function run(bench: Workbench, voice: StepVoice): Promise<string> {
  const patches = await readPatches(bench);
  if (bench.recipe.source.kind === 'tree') {
    if (patches.paths.length === 0) return remark(patches);
    throw new Failure(`the recipe "${bench.recipe.name}" has patches, and its tree is no git repository`, {
      code: 'usage',
      hint: 'Change the tree itself, or have the recipe clone a repository.',
    });
  }
  const help: CacheHelp = { bench, stage: 'patch', door: openDoor(bench, 'patch', voice), voice };
  const note = await readNote(bench.files, bench.layout.tree);
  if (note?.patches === patches.name && !note.isMoving) return remark(patches, patches.name === '' ? '' : ', applied already');
  if (note === undefined && patches.paths.length === 0) return remark(patches);
  await beginLog(bench, 'patch');
  // Without a note the tree is not there yet: that is a dry run, which shows what will be done.
  if (note === undefined) await applyAll(patches, 'HEAD', help);
  else await repatch(patches, note, help);
  return remark(patches);
}

/** Commits the recipe's patches on top of the pin. */
export function patchStage(bench: Workbench): Step {
  return { name: 'patch', title: 'Apply the patches', run: (voice) => run(bench, voice) };
}
