import { randomBytes } from 'node:crypto';
import { link, lstat, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../core/failure.js';
import { codeOf, errnoWords } from './errno-words.js';

/** A text file that is to be. */
export interface TextFile {
  path: string;
  text: string;
  /** Permission bits; readable by all when absent. */
  mode?: number;
}

function isThere(path: string, hint?: string): Failure {
  return new Failure(`${path} is there already`, { code: 'refused', ...(hint !== undefined && { hint }) });
}

/** Refuses when any of the files exists. */
export async function verifyAbsent(paths: readonly string[], hint: string): Promise<void> {
  for (const path of paths) {
    const there = await lstat(path).then(
      () => true,
      (error: unknown) => codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR',
    );
    if (there) throw isThere(path, hint);
  }
}

/** Writes a text to a new file beside `path`, down to the disk, and says its name. */
async function writeBeside({ path, text, mode = 0o644 }: TextFile): Promise<string> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  const file = await open(temporary, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  return temporary;
}

/** Gives a finished file its name. A link fails where something appeared meanwhile; a rename would replace it. */
async function settle(temporary: string, path: string, overwrite: boolean): Promise<void> {
  if (overwrite) {
    await rename(temporary, path);
    return;
  }
  await link(temporary, path);
  await rm(temporary);
}

function notWritten(path: string, error: unknown): Failure {
  if (codeOf(error) === 'EEXIST') return isThere(path);
  const what = errnoWords(error, { ENOENT: 'there is no such directory', EISDIR: 'a directory has this name' });
  return new Failure(`cannot write ${path}: ${what}`, { code: 'usage', hint: 'Check the path.', cause: error });
}

/**
 * Writes files so that each is there whole or not at all, in the given order, all prepared before the first one
 * appears.
 *
 * @throws {@link Failure} when one cannot be written, or exists and must not be overwritten
 */
export async function placeFiles(files: readonly TextFile[], { overwrite }: { overwrite: boolean }): Promise<void> {
  const prepared: { temporary: string; path: string }[] = [];
  let current = '';
  try {
    for (const file of files) {
      current = file.path;
      prepared.push({ temporary: await writeBeside(file), path: file.path });
    }
    for (const { temporary, path } of prepared) {
      current = path;
      await settle(temporary, path, overwrite);
    }
  } catch (error) {
    throw notWritten(current, error);
  } finally {
    for (const { temporary } of prepared) await rm(temporary, { force: true });
  }
}
