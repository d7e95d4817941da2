import { lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../core/failure.js';
import { fileFailure } from './file-failure.js';

const text = 'This directory was made by otb. It may be emptied with `otb build --clean`.\n';

/** Makes a directory and marks it as otb's. One that is there and holds something else stays unmarked. */
export async function markDirectory(marker: string): Promise<void> {
  const directory = dirname(marker);
  try {
    const made = await mkdir(directory, { recursive: true });
    if (made !== undefined) await writeFile(marker, text);
  } catch (error) {
    fileFailure(directory)(error);
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return lstat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/**
 * Removes what otb has made in a directory of its own: the names given, and nothing else.
 *
 * @throws Failure `refused` when the directory does not carry the marker, or is a symbolic link
 */
export async function cleanDirectory(marker: string, names: readonly string[]): Promise<void> {
  const directory = dirname(marker);
  const isOurs = (await isDirectory(directory)) && (await readFile(marker, 'utf8').catch(() => '')) === text;
  if (!isOurs) {
    throw new Failure(`${directory} is not marked as a directory of otb's; it was left as it is`, {
      code: 'refused',
      hint: 'Remove it by hand if you mean it, or name another one with --work.',
    });
  }
  for (const name of names)
    await rm(join(directory, name), { recursive: true, force: true }).catch(fileFailure(directory));
}
