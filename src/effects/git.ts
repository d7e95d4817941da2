import { simpleGit } from 'simple-git';
import { childEnvironment } from './environment.js';

/** Which commit a directory stands at. */
export interface Revision {
  /** 40 hexadecimal digits. */
  commit: string;
  /** True when tracked files differ from the commit. */
  isModified: boolean;
  /** When the commit was made, seconds since 1970. */
  committedAt: number;
}

/** The revision of a git work tree; undefined when the directory is none (an installed package, say). */
export async function readRevision(directory: string): Promise<Revision | undefined> {
  const git = simpleGit(directory).env(childEnvironment(process.env));
  try {
    if ((await git.revparse(['--show-toplevel'])) !== directory) return undefined;
    const [commit, time, status] = await Promise.all([
      git.revparse(['HEAD']),
      git.show(['-s', '--format=%ct', 'HEAD']),
      git.raw(['status', '--porcelain', '--untracked-files=no']),
    ]);
    return { commit, isModified: status !== '', committedAt: Number(time) };
  } catch {
    return undefined;
  }
}
