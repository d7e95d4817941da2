import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { otb, repositoryPath } from './otb.js';

// Kept from run to run, as a user's own build is.
const workPath = join(repositoryPath, 'build/test');
const stampPath = join(workPath, 'built.json');

/** What `otb build embedded` left. */
export interface BuiltImage {
  /** What it was built in, as --work names it. */
  work: string;
  /** The build tree. Who changes one makes a copy. */
  tree: string;
  /** The collected artifacts. */
  images: string;
  /** What every artifact's name begins with. */
  prefix: string;
  /** What `otb build embedded --json` printed. */
  result: BuildResult;
}

/** The document of `otb build --json`. */
export interface BuildResult {
  recipe: string;
  directory: string;
  artifacts: { name: string; size: number; sha256: string; kind: string }[];
}

/** The embedded image, built by otb once for each state of what it is built from; test files wait for the first. */
export async function builtImage(): Promise<BuiltImage> {
  mkdirSync(workPath, { recursive: true });
  await whoeverComesFirst(`${workPath}.lock`, async () => {
    const state = stateOf(['trees/embedded', 'feeds', 'src/build']);
    if (existsSync(stampPath) && readStamp().state === state) return;
    rmSync(stampPath, { force: true });
    const { exitCode, stdout, stderr } = await otb(['build', 'embedded', '--work', workPath, '--json']);
    if (exitCode !== 0) throw new Error(`otb build embedded ended with ${String(exitCode)}\n${stderr}`);
    await unpackRoot();
    writeFileSync(stampPath, JSON.stringify({ state, result: JSON.parse(stdout) as BuildResult }));
  });
  const { result } = readStamp();
  return {
    work: workPath,
    tree: join(workPath, 'embedded/tree'),
    images: join(workPath, 'embedded/images'),
    prefix,
    result,
  };
}

/**
 * A root file system to run as a device: what `$OTB_DEVICE_ROOT` names (a directory, or a .tar.gz of one), else that of
 * the built image, unpacked. Not to be written to.
 */
export async function deviceRoot(): Promise<string> {
  const given = process.env['OTB_DEVICE_ROOT'];
  if (given !== undefined && given !== '') return given;
  await builtImage();
  return join(workPath, 'root');
}

const prefix = 'otb-embedded-x86-64';

function readStamp(): { state: string; result: BuildResult } {
  return JSON.parse(readFileSync(stampPath, 'utf8')) as { state: string; result: BuildResult };
}

async function unpackRoot(): Promise<void> {
  const [ready, fresh] = [join(workPath, 'root'), join(workPath, 'root.new')];
  for (const path of [ready, fresh]) rmSync(path, { recursive: true, force: true });
  mkdirSync(fresh);
  const archive = join(workPath, `embedded/images/${prefix}-rootfs.tar.gz`);
  await execa('tar', ['-x', '-z', '-p', '--numeric-owner', '-f', archive, '-C', fresh]);
  renameSync(fresh, ready);
}

/** A name for what these directories contain now. */
function stateOf(directories: readonly string[]): string {
  const hash = createHash('sha256');
  for (const directory of directories) {
    const names = readdirSync(join(repositoryPath, directory), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    for (const name of names) hash.update(`${relative(repositoryPath, name)}\0`).update(readFileSync(name));
  }
  return hash.digest('hex');
}

/** Test files run side by side: one does the work, the others wait. A lock whose owner is gone is taken over. */
async function whoeverComesFirst(lock: string, work: () => Promise<void>): Promise<void> {
  while (!tryLock(lock)) {
    const owner = Number(existsSync(join(lock, 'pid')) ? readFileSync(join(lock, 'pid'), 'utf8') : 0);
    if (owner > 0 && !existsSync(`/proc/${String(owner)}`)) rmSync(lock, { recursive: true, force: true });
    await sleep(500);
  }
  try {
    await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function tryLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    writeFileSync(join(lock, 'pid'), String(process.pid));
    return true;
  } catch {
    return false;
  }
}
