import { Failure, messageOf } from '../core/failure.js';

const known: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOENT: ['no such file or directory', 'Check the path.'],
  EACCES: ['permission denied', 'Run as a user who may, or choose another place.'],
  EPERM: ['permission denied', 'Run as a user who may, or choose another place.'],
  EISDIR: ['it is a directory', 'Name a file.'],
  ENOTDIR: ['a part of the path is no directory', 'Check the path.'],
  ENOSPC: ['no space left on the device', 'Free some space, then run the same command again.'],
  EDQUOT: ['the disk quota is used up', 'Free some space, then run the same command again.'],
  EROFS: ['the file system is read-only', 'Choose another place.'],
  ELOOP: ['too many symbolic links', 'Check the path.'],
  ENAMETOOLONG: ['the name is too long', 'Choose a shorter one.'],
};

/** Turns an error of the file system into a Failure that names the path: `.catch(fileFailure(path))`. */
export function fileFailure(path: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof Failure) throw error;
    const { code = '', path: culprit = path } = error as NodeJS.ErrnoException;
    const [what, hint] = known[code] ?? [messageOf(error), undefined];
    throw new Failure(`${culprit}: ${what}`, {
      code: 'prerequisite',
      cause: error,
      ...(hint !== undefined && { hint }),
    });
  };
}
