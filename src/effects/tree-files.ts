import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileFailure } from './file-failure.js';
import { fingerprintDirectory } from './fingerprint.js';
import { replaceFile } from './replace-file.js';
import { codeOf } from './errno-words.js';

/** What a directory holds, as paths relative to it. */
export interface TreeFile {
  path: string;
  size: number;
  modifiedMs: number;
}

/** What {@link TreeFiles.copyTree} did. */
export interface CopiedTree {
  copied: number;
  removed: number;
  unchanged: number;
}

/** The files of work trees and results: the one door to them. Paths are absolute. Errors are Failures that name the path. */
export interface TreeFiles {
  /** The text, or undefined when there is no such file. */
  readText(path: string): Promise<string | undefined>;
  /**
   * Replaces the file as a whole (temporary name, then rename); makes its directory. `typed` is what somebody would type
   * to the same end: `--dry-run` shows it.
   */
  writeText(path: string, text: string, typed?: readonly string[]): Promise<void>;
  /** Regular files directly in a directory; none when there is no such directory. */
  list(directory: string): Promise<TreeFile[]>;
  /** Makes `to` hold what `from` holds; of what else is in `to`, only files an earlier copy brought are removed. */
  copyTree(from: string, to: string): Promise<CopiedTree>;
  /** Copies one file under a temporary name and renames it; makes the directory, keeps the modification time. */
  copyFile(from: string, to: string): Promise<void>;
  /** Removes one file if it is there. */
  remove(path: string): Promise<void>;
  /** SHA-256 in hexadecimal. */
  hash(path: string): Promise<string>;
  /** Changes when anything in the directory does; see {@link fingerprintDirectory}. Undefined when there is none. */
  fingerprint(directory: string): Promise<string | undefined>;
}

/** Where a copied tree remembers what was copied, so that what has left the source leaves the copy too. */
const copiedList = '.otb-copied';

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeText(path: string, text: string): Promise<void> {
  await replaceFile(path, (part) => writeFile(part, text));
}

async function list(directory: string): Promise<TreeFile[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
  return Promise.all(
    files.map(async (path) => {
      const { size, mtimeMs } = await stat(join(directory, path));
      return { path, size, modifiedMs: mtimeMs };
    }),
  );
}

async function copyFileWhole(from: string, to: string): Promise<void> {
  const { mode, atime, mtime } = await stat(from);
  await replaceFile(to, async (part) => {
    await copyFile(from, part);
    await chmod(part, mode & 0o755);
    await utimes(part, atime, mtime);
  });
}

/** A copy's time is set in whole milliseconds, where the file system keeps nanoseconds. */
const timeTolerance = 2;

async function isSame(from: string, to: string): Promise<boolean> {
  const [one, other] = await Promise.all([stat(from), stat(to).catch(() => undefined)]);
  return (
    other?.isFile() === true &&
    one.size === other.size &&
    Math.abs(one.mtimeMs - other.mtimeMs) < timeTolerance &&
    (one.mode & 0o111) === (other.mode & 0o111)
  );
}

/** Copies one entry; true when something had to be done. */
async function copyEntry(from: string, to: string): Promise<boolean> {
  if ((await lstat(from)).isSymbolicLink()) {
    const target = await readlink(from);
    if ((await readlink(to).catch(() => undefined)) === target) return false;
    await mkdir(dirname(to), { recursive: true });
    await rm(to, { force: true });
    await symlink(target, to);
    return true;
  }
  if (await isSame(from, to)) return false;
  await copyFileWhole(from, to);
  return true;
}

async function copyTree(from: string, to: string): Promise<CopiedTree> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(from.length + 1))
    .sort();
  const before = ((await readText(join(to, copiedList))) ?? '').split('\0').filter((path) => path !== '');
  const now = new Set(paths);
  const gone = before.filter((path) => !now.has(path));
  // The union goes first: a copy that is cut leaves nothing behind that the next one does not know.
  await writeText(join(to, copiedList), [...now, ...gone].join('\0'));
  let copied = 0;
  for (const path of paths) {
    if (await copyEntry(join(from, path), join(to, path))) copied += 1;
  }
  for (const path of gone) await rm(join(to, path), { force: true });
  await writeText(join(to, copiedList), paths.join('\0'));
  return { copied, removed: gone.length, unchanged: paths.length - copied };
}

async function hash(path: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), digest);
  return digest.digest('hex');
}

/** The real files. */
export const localFiles: TreeFiles = {
  readText: (path) => readText(path).catch(fileFailure(path)),
  writeText: (path, text) => writeText(path, text).catch(fileFailure(path)),
  list: (directory) => list(directory).catch(fileFailure(directory)),
  copyTree: (from, to) => copyTree(from, to).catch(fileFailure(to)),
  copyFile: (from, to) => copyFileWhole(from, to).catch(fileFailure(to)),
  remove: (path) => rm(path, { force: true }).catch(fileFailure(path)),
  hash: (path) => hash(path).catch(fileFailure(path)),
  fingerprint: (directory) => fingerprintDirectory(directory).catch(fileFailure(directory)),
};

/** Files under `--dry-run`: reading is real, what would be written is shown. */
export function dryFiles(files: TreeFiles, show: (command: string) => void): TreeFiles {
  const quiet = (command: string) => {
    show(command);
    return Promise.resolve();
  };
  return {
    readText: (path) => files.readText(path),
    list: (directory) => files.list(directory),
    hash: (path) => files.hash(path),
    fingerprint: (directory) => files.fingerprint(directory),
    async writeText(path, text, typed) {
      for (const command of typed ?? [`write ${path} (${text.split('\n').length - 1} lines)`]) await quiet(command);
    },
    copyFile: (from, to) => quiet(`cp ${from} ${to}`),
    remove: (path) => quiet(`rm -f ${path}`),
    async copyTree(from, to) {
      await quiet(`cp -a ${from}/. ${to}/`);
      return { copied: 0, removed: 0, unchanged: 0 };
    },
  };
}
