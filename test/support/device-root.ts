import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { repositoryPath } from './otb.js';

const treePath = join(repositoryPath, 'trees/embedded');

/**
 * A root file system to run as a device: what `$OTB_DEVICE_ROOT` names (a directory, or a .tar.gz of one), else the
 * embedded tree's own, built once for each state of the tree and kept below the temporary directory.
 */
export async function deviceRoot(): Promise<string> {
  const given = process.env['OTB_DEVICE_ROOT'];
  if (given !== undefined && given !== '') return given;
  return builtRoot();
}

/** The built tree itself, without images; its root file system is `build_dir/target-x86_64/root-x86`. */
export async function deviceTree(): Promise<string> {
  return `${await builtRoot()}.tree`;
}

async function builtRoot(): Promise<string> {
  const directory = join(tmpdir(), 'otb-device-roots', stateOf(treePath));
  mkdirSync(join(directory, '..'), { recursive: true });
  await whoeverComesFirst(`${directory}.lock`, async () => {
    if (!existsSync(directory)) await build(directory);
  });
  return directory;
}

async function build(directory: string): Promise<void> {
  const work = `${directory}.build`;
  rmSync(work, { recursive: true, force: true });
  await execa('cp', ['-a', treePath, work]);
  const downloads = join(directory, '../dl');
  mkdirSync(downloads, { recursive: true });
  rmSync(join(work, 'dl'), { recursive: true, force: true });
  await execa('ln', ['-s', downloads, join(work, 'dl')]);
  for (const goal of [['defconfig'], ['download'], ['-j2', 'package/compile'], ['package/install']]) {
    await execa('make', ['-C', work, ...goal], { all: true, env: { FORCE_UNSAFE_CONFIGURE: '1' } });
  }
  // The packages' work is done; what the images are made of stays.
  const target = join(work, 'build_dir/target-x86_64');
  for (const name of readdirSync(target)) if (name !== 'root-x86') rmSync(join(target, name), { recursive: true });
  rmSync(`${directory}.tree`, { recursive: true, force: true });
  renameSync(work, `${directory}.tree`);
  rmSync(`${directory}.root`, { recursive: true, force: true });
  await execa('cp', ['-a', join(`${directory}.tree`, 'build_dir/target-x86_64/root-x86'), `${directory}.root`]);
  renameSync(`${directory}.root`, directory);
}

/** A name for what the tree contains now. */
function stateOf(directory: string): string {
  const hash = createHash('sha256');
  const names = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((name) => !/^(dl|tmp|build_dir|staging_dir|bin|logs|feeds)\//.test(relative(directory, name)))
    .sort();
  for (const name of names) hash.update(`${relative(directory, name)}\0`).update(readFileSync(name));
  return hash.digest('hex').slice(0, 16);
}

/** Test files run side by side: one does the work, the others wait. A lock whose owner is gone is taken over. */
export async function whoeverComesFirst(lock: string, work: () => Promise<void>): Promise<void> {
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
