import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { deviceTree, whoeverComesFirst } from '../../support/device-root.js';

/** Where a tree leaves its images, relative to the tree. */
export const imageDirectory = 'bin/targets/x86/64';
/** What every image's name begins with. */
export const prefix = 'otb-embedded-x86-64';

/** A built tree with its images, made once for all test files; who changes one makes a copy. */
export async function treeWithImages(): Promise<string> {
  const tree = await deviceTree();
  await whoeverComesFirst(`${tree}.images.lock`, async () => {
    if (existsSync(join(tree, imageDirectory, 'profiles.json'))) return;
    setOptions(tree, { VDI_IMAGES: 'y', JSON_CYCLONEDX_SBOM: 'y' });
    await make(tree, 'defconfig');
    await make(tree, 'target/install');
  });
  return tree;
}

/** Sets symbols in a tree's .config; the last line of a symbol counts. */
export function setOptions(tree: string, options: Record<string, string>): void {
  const file = join(tree, '.config');
  const lines = Object.entries(options).map(([name, value]) => `CONFIG_${name}=${value}\n`);
  writeFileSync(file, readFileSync(file, 'utf8') + lines.join(''));
}

/** Runs make in a tree; a failure throws with all of its output. */
export async function make(tree: string, ...args: string[]): Promise<string> {
  const { all } = await execa('make', ['-C', tree, ...args], { all: true, env: { MAKEFLAGS: '', MAKELEVEL: '' } });
  return all;
}

/** Runs one of the tools that made the images, such as debugfs or e2fsck. */
export async function imageTool(tree: string, name: string, ...args: string[]) {
  const tools = join(tree, 'staging_dir/host/debian-tools');
  return execa(join(tree, 'scripts/debian-tool'), [tools, name, ...args], { reject: false });
}
