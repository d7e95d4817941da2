import { Failure } from '../../core/failure.js';
import type { ArchiveEntry } from '../../effects/archive.js';
import { formatBytes } from '../../core/units.js';
import type { StepVoice } from '../../steps/step.js';
import { kindOf, parseChecksums, parseUnsigned, type Artifact } from '../artifacts.js';
import { compareManifests, describeChanges, isSameManifest, parseManifest, type Manifest, type ManifestChanges } from '../manifest.js';
import type { Stage } from '../stage.js';
import type { Workbench } from '../workbench.js';

/** What the collect stage found, for the result of the command. */
export interface Collected {
  artifacts: Artifact[];
}

/** The file beside the images that tells what they are, and what they were made from. */
const recordName = 'otb-build.json';

/** What otb reads of it again. */
interface BuildRecord {
  artifacts: Artifact[];
  /** True while the artifacts are being copied. */
  isUnfinished?: boolean;
}

/** What `otb-build.json` says beside the artifacts. */
export type Provenance = Readonly<Record<string, unknown>>;

/** What the stage takes from outside. */
export interface CollectHelp {
  /** Signs the list of checksums; absent when there is no key. */
  sign?: (content: string) => Promise<string>;
  provenance: () => Promise<Provenance>;
  readArchive: (path: string) => Promise<ArchiveEntry[]>;
  collected: Collected;
}

/** Where OpenWrt's make leaves the images of x86-64. */
const outputDirectory = 'bin/targets/x86/64';

function missingOutput(directory: string, what: string): Failure {
  return new Failure(`${directory} ${what}`, {
    code: 'build',
    hint: 'Run the build again from the stage `compile`; if it stays so, the recipe makes no image.',
  });
}

/** Re-hashes a file and compares: an old image may lie beside a new list after a failed build. */
async function hashed({ files }: Workbench, directory: string, name: string, size: number, wanted: string | undefined): Promise<Artifact> {
  const sha256 = await files.hash(`${directory}/${name}`);
  if (wanted !== undefined && wanted !== sha256) {
    throw new Failure(`${directory}/${name} is not what sha256sums says (${sha256.slice(0, 12)}…, expected ${wanted.slice(0, 12)}…)`, {
      code: 'verification',
      hint: 'It was changed after the build, or belongs to another one: build again.',
    });
  }
  return { name, size, sha256, kind: kindOf(name) };
}

async function readArtifacts(bench: Workbench, directory: string, voice: StepVoice): Promise<Artifact[]> {
  const { files } = bench;
  const sums = parseChecksums((await files.readText(`${directory}/sha256sums`)) ?? '');
  const unsigned = parseUnsigned((await files.readText(`${directory}/profiles.json`)) ?? '');
  const present = await files.list(directory);
  if (sums.size === 0) throw missingOutput(directory, 'holds no sha256sums');
  const absent = [...sums.keys()].filter((name) => !name.includes('/') && !present.some(({ path }) => path === name));
  if (absent.length > 0) throw missingOutput(directory, `lacks what its sha256sums lists: ${absent.join(', ')}`);
  const artifacts: Artifact[] = [];
  for (const { path, size } of present.filter((file) => sums.has(file.path) || file.path === 'sha256sums')) {
    voice.signal.throwIfAborted();
    const bare = unsigned.get(path);
    artifacts.push({
      ...(await hashed(bench, directory, path, size, sums.get(path))),
      ...(bare !== undefined && { unsignedSha256: bare }),
    });
    voice.progress(artifacts.length, sums.size + 1, 'files');
  }
  return artifacts;
}

/** A full disk can cut an archive before its hash is taken: it is read to the end, and must hold an init. */
async function proveRootArchives(directory: string, artifacts: readonly Artifact[], { readArchive }: CollectHelp): Promise<void> {
  for (const { name } of artifacts.filter((artifact) => /rootfs\.tar(\.gz)?$/.test(artifact.name))) {
    const entries = await readArchive(`${directory}/${name}`);
    if (!entries.some(({ path }) => path === 'sbin/init')) {
      throw new Failure(`${directory}/${name} holds no /sbin/init`, { code: 'verification', hint: 'No machine can boot it: see the log of the stage `compile`.' });
    }
  }
}

/** What otb has put into the directory of images before; whatever else is there is the user's. */
async function formerNames({ files, layout }: Workbench): Promise<string[]> {
  const text = await files.readText(`${layout.images}/${recordName}`);
  if (text === undefined) return [];
  try {
    return (JSON.parse(text) as Partial<BuildRecord>).artifacts?.map(({ name }) => name) ?? [];
  } catch {
    return [];
  }
}

function writeRecord({ files, layout }: Workbench, record: object): Promise<void> {
  return files.writeText(`${layout.images}/${recordName}`, `${JSON.stringify({ schemaVersion: 1, ...record }, null, 2)}\n`);
}

async function copyArtifacts(bench: Workbench, directory: string, artifacts: readonly Artifact[]): Promise<void> {
  const { files, layout } = bench;
  const former = await formerNames(bench);
  const names = artifacts.map(({ name }) => name);
  // All names, old and new: a build that is cut here leaves nothing behind that the next one does not know.
  await writeRecord(bench, { isUnfinished: true, artifacts: [...new Set([...former, ...names])].map((name) => ({ name })) });
  for (const name of former.filter((one) => !names.includes(one))) await files.remove(`${layout.images}/${name}`);
  for (const { name, sha256 } of artifacts) {
    const there = await files.hash(`${layout.images}/${name}`).catch(() => undefined);
    if (there !== sha256) await files.copyFile(`${directory}/${name}`, `${layout.images}/${name}`);
  }
}

/** The packages of the images that were collected before; undefined when there were none. */
async function readManifest({ files }: Workbench, directory: string): Promise<Manifest | undefined> {
  const file = (await files.list(directory)).find(({ path }) => path.endsWith('.manifest'));
  const text = file && (await files.readText(`${directory}/${file.path}`));
  return text === undefined ? undefined : parseManifest(text);
}

/** Signs `sha256sums`, and so all that it lists. A signature of an earlier build does not stay. */
async function signChecksums({ files, layout }: Workbench, { sign }: CollectHelp): Promise<Artifact[]> {
  const path = `${layout.images}/sha256sums.sig`;
  await files.remove(path);
  const list = await files.readText(`${layout.images}/sha256sums`);
  if (!sign || list === undefined) return [];
  const signature = await sign(list);
  await files.writeText(path, signature);
  return [{ name: 'sha256sums.sig', size: Buffer.byteLength(signature), sha256: await files.hash(path), kind: 'signature' }];
}

/** How the packages differ from those of the images before, if there were any. */
function changesSince(before: Manifest | undefined, now: Manifest | undefined): ManifestChanges | undefined {
  return before && now && compareManifests(before, now);
}

async function collect(bench: Workbench, directory: string, help: CollectHelp, voice: StepVoice): Promise<string> {
  const { emit, layout } = bench;
  const found = await readArtifacts(bench, directory, voice);
  await proveRootArchives(directory, found, help);
  const changes = changesSince(await readManifest(bench, layout.images), await readManifest(bench, directory));
  await copyArtifacts(bench, directory, found);
  const artifacts = [...found, ...(await signChecksums(bench, help))];
  const document = {
    ...(await help.provenance()),
    ...(changes && { changes }),
    ...(bench.cured.length > 0 && { cured: bench.cured }),
    artifacts,
  };
  await writeRecord(bench, document);
  help.collected.artifacts = artifacts;
  if (changes && !isSameManifest(changes)) emit({ type: 'note', message: `since the last build: ${describeChanges(changes)}` });
  return `${artifacts.length} files, ${formatBytes(artifacts.reduce((sum, { size }) => sum + size, 0))}`;
}

/** The artifacts that `otb-build.json` lists, when all of them are there in their sizes; undefined otherwise. */
async function readCollected({ files, layout }: Pick<Workbench, 'files' | 'layout'>): Promise<Artifact[] | undefined> {
  const text = await files.readText(`${layout.images}/${recordName}`);
  if (text === undefined) return undefined;
  const { artifacts, isUnfinished } = JSON.parse(text) as BuildRecord;
  if (isUnfinished === true) return undefined;
  const present = new Map((await files.list(layout.images)).map(({ path, size }) => [path, size]));
  return artifacts.every(({ name, size }) => present.get(name) === size) ? artifacts : undefined;
}

/**
 * Re-hashes every artifact against the tree's own `sha256sums`, copies them out of the tree, signs the list when there
 * is a key, and writes `otb-build.json` beside them.
 * `help.collected` is filled with what was found.
 */
export function collectStage(bench: Workbench, help: CollectHelp): Stage {
  const directory = `${bench.layout.tree}/${outputDirectory}`;
  return {
    name: 'collect',
    title: 'Collect the images',
    inputs: () => Promise.resolve(help.sign ? 'signed' : 'unsigned'),
    async isWhole() {
      const artifacts = await readCollected(bench);
      help.collected.artifacts = artifacts ?? [];
      return artifacts !== undefined;
    },
    async run(voice) {
      let note: string | undefined;
      await bench.prove(async () => {
        note = await collect(bench, directory, help, voice);
      });
      return note;
    },
  };
}
