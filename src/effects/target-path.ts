import { lstat, realpath, stat } from 'node:fs/promises';
import { codeOf } from './errno-words.js';
import { majorMinorOf } from './device-number.js';
import { fileFailure } from './file-failure.js';

/** What stands at a path that the user named as the disk to write. */
export type TargetPath =
  | {
      kind: 'block';
      path: string;
      /** Without symbolic links: `/dev/sdb`. */
      resolved: string;
      /** `8:16` */
      majorMinor: string;
    }
  | { kind: 'missing' | 'broken-link' | 'file' | 'directory' | 'fifo' | 'character' | 'socket'; path: string };

/** Looks at a path, through symbolic links; creates nothing. Throws a Failure when it may not be looked at. */
export async function readTarget(path: string): Promise<TargetPath> {
  const file = await stat(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    return fileFailure(path)(error);
  });
  if (file === undefined) return { kind: (await isLink(path)) ? 'broken-link' : 'missing', path };
  if (file.isBlockDevice()) {
    return { kind: 'block', path, resolved: await realpath(path), majorMinor: majorMinorOf(file.rdev) };
  }
  if (file.isDirectory()) return { kind: 'directory', path };
  if (file.isFIFO()) return { kind: 'fifo', path };
  if (file.isCharacterDevice()) return { kind: 'character', path };
  return { kind: file.isSocket() ? 'socket' : 'file', path };
}

async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (file) => file.isSymbolicLink(),
    () => false,
  );
}
