import { readdir, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** A directory and the file system under it. */
export interface DirectoryFacts {
  /** Absolute; the nearest one that exists when the wanted one does not yet. */
  path: string;
  /** Bytes an ordinary user may still write. */
  freeBytes: number;
  /** Files that may still be made; absent where the file system has no fixed number (btrfs, overlay on it). */
  freeInodes?: number;
  /** False when `a` and `A` are one file; absent when nothing there could tell. */
  isCaseSensitive?: boolean;
}

async function nearestExisting(path: string): Promise<string> {
  const directory = resolve(path);
  try {
    await stat(directory);
    return directory;
  } catch {
    return directory === '/' ? directory : nearestExisting(dirname(directory));
  }
}

function swapCase(name: string): string {
  return name.replace(/[a-zA-Z]/g, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  try {
    const [first, second] = await Promise.all([stat(one), stat(other)]);
    return first.ino === second.ino && first.dev === second.dev;
  } catch {
    return false;
  }
}

/** Asks for a file that exists by its name in the other case: nothing needs to be written to find out. */
async function readCaseSensitivity(directory: string): Promise<boolean | undefined> {
  const names = await readdir(directory).catch(() => []);
  const name = names.find((one) => swapCase(one) !== one);
  if (name !== undefined) return !(await isSameFile(join(directory, name), join(directory, swapCase(name))));
  return directory === '/' ? undefined : readCaseSensitivity(dirname(directory));
}

/** Measures the file system that a directory is, or will be, on. */
export async function readDirectoryFacts(wanted: string): Promise<DirectoryFacts> {
  const path = await nearestExisting(wanted);
  const [system, isCaseSensitive] = await Promise.all([statfs(path), readCaseSensitivity(path)]);
  return {
    path,
    freeBytes: system.bavail * system.bsize,
    ...(system.files > 0 && { freeInodes: system.ffree }),
    ...(isCaseSensitive !== undefined && { isCaseSensitive }),
  };
}
