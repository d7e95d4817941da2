import { createHash } from 'node:crypto';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './errno-words.js';

async function describe(path: string): Promise<string> {
  const { mode, size, mtimeMs } = await lstat(path);
  return (mode & 0o170000) === 0o120000 ? `link ${await readlink(path)}` : `${mode.toString(8)} ${size} ${mtimeMs}`;
}

/**
 * A hash over the names, kinds, sizes and times of all that a directory holds: it changes when anything in it does.
 * Contents are not read. Undefined when there is no such directory.
 */
export async function fingerprintDirectory(directory: string): Promise<string | undefined> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (entries === undefined) return undefined;
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const digest = createHash('sha256');
  for (const path of paths) digest.update(`${path.slice(directory.length)}\0${await describe(path)}\n`);
  return digest.digest('hex');
}
