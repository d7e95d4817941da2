import { Failure } from '../core/failure.js';
import { codeOf, errnoWords } from './errno-words.js';

const room = 'Free some space, then run the same command again.';
const rights = 'Run as a user who may, or choose another place.';

const hints: Readonly<Record<string, string>> = {
  ENOENT: 'Check the path.',
  ENOTDIR: 'Check the path.',
  ELOOP: 'Check the path.',
  EISDIR: 'Name a file.',
  EACCES: rights,
  EPERM: rights,
  EROFS: 'Choose another place.',
  ENAMETOOLONG: 'Choose a shorter one.',
  ENOSPC: room,
  EDQUOT: room,
};

/** Turns an error of the file system into a Failure that names the path: `.catch(fileFailure(path))`. */
export function fileFailure(path: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof Failure) throw error;
    const { path: culprit = path } = error as NodeJS.ErrnoException;
    const hint = hints[codeOf(error)];
    throw new Failure(`${culprit}: ${errnoWords(error)}`, {
      code: 'prerequisite',
      cause: error,
      ...(hint !== undefined && { hint }),
    });
  };
}
