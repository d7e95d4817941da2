import { Failure } from '../../core/failure.js';
import type { ArchiveEntry } from '../../effects/archive.js';
import { formatBytes } from '../../core/units.js';
import type { Step, StepVoice } from '../../steps/step.js';
import { kindOf, parseChecksums, type Artifact } from '../artifacts.js';
import type { Workbench } from '../workbench.js';

/** What the collect stage found, for the result of the command. */
export interface Collected {
  artifacts: Artifact[];
}

/** What `otb-build.json` says beside the artifacts. */
export type Provenance = Readonly<Record<string, unknown>>;

/** What the stage takes from outside. */
export interface CollectHelp {
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
  const present = await files.list(directory);
  if (sums.size === 0) throw missingOutput(directory, 'holds no sha256sums');
  const absent = [...sums.keys()].filter((name) => !name.includes('/') && !present.some(({ path }) => path === name));
  if (absent.length > 0) throw missingOutput(directory, `lacks what its sha256sums lists: ${absent.join(', ')}`);
  const artifacts: Artifact[] = [];
  for (const { path, size } of present.filter((file) => sums.has(file.path) || file.path === 'sha256sums')) {
    voice.signal.throwIfAborted();
    artifacts.push(await hashed(bench, directory, path, size, sums.get(path)));
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

async function copyArtifacts({ files, layout }: Workbench, directory: string, artifacts: readonly Artifact[]): Promise<void> {
  const kept = new Set([...artifacts.map(({ name }) => name), 'otb-build.json']);
  const old = (await files.list(layout.images)).filter(({ path }) => !kept.has(path));
  for (const { path } of old) await files.remove(`${layout.images}/${path}`);
  for (const { name, sha256 } of artifacts) {
    const isThere = old.length === 0 && (await files.hash(`${layout.images}/${name}`).catch(() => undefined)) === sha256;
    if (!isThere) await files.copyFile(`${directory}/${name}`, `${layout.images}/${name}`);
  }
}

/**
 * Re-hashes every artifact against the tree's own `sha256sums`, copies them out of the tree, and writes
 * `otb-build.json` beside them.
 * `help.collected` is filled with what was found.
 */
export function collectStage(bench: Workbench, help: CollectHelp): Step {
  const directory = `${bench.layout.tree}/${outputDirectory}`;
  return {
    name: 'collect',
    title: 'Collect the images',
    async run(voice) {
      let note: string | undefined;
      await bench.prove(async () => {
        const artifacts = await readArtifacts(bench, directory, voice);
        await proveRootArchives(directory, artifacts, help);
        await copyArtifacts(bench, directory, artifacts);
        const document = { schemaVersion: 1, ...(await help.provenance()), artifacts };
        await bench.files.writeText(`${bench.layout.images}/otb-build.json`, `${JSON.stringify(document, null, 2)}\n`);
        help.collected.artifacts = artifacts;
        note = `${artifacts.length} files, ${formatBytes(artifacts.reduce((sum, { size }) => sum + size, 0))}`;
      });
      return note;
    },
  };
}
