import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

/** Where a tree leaves its images, relative to the tree. */
export const imageDirectory = 'bin/targets/x86/64';

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
