import { messageOf } from '../core/failure.js';

/** What the operating system's errors about files are called in every message of otb. */
const words: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is a file, not a directory',
  EISDIR: 'it is a directory, not a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its symbolic links go round in a circle',
  ENAMETOOLONG: 'the path is too long',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
};

/** The code of an error of the file system, `ENOENT`; empty for other errors. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

/** What an error of the file system means, as the end of a sentence; `own` words go first. */
export function errnoWords(error: unknown, own: Readonly<Record<string, string>> = {}): string {
  return own[codeOf(error)] ?? words[codeOf(error)] ?? messageOf(error);
}
