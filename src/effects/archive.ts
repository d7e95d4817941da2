import { list } from 'tar';
import { Failure, messageOf } from '../core/failure.js';

/** One entry of a tar archive, without its content. */
export interface ArchiveEntry {
  /** Without a leading `./` and a trailing `/`. */
  path: string;
  type: 'file' | 'directory' | 'link' | 'other';
}

const types: Readonly<Record<string, ArchiveEntry['type']>> = {
  File: 'file',
  OldFile: 'file',
  Directory: 'directory',
  SymbolicLink: 'link',
  Link: 'link',
};

/** Reads a `.tar` or `.tar.gz` to its very end; a damaged or cut one is a Failure. */
export async function readArchive(path: string): Promise<ArchiveEntry[]> {
  const entries: ArchiveEntry[] = [];
  try {
    await list({
      file: path,
      strict: true,
      onReadEntry: (entry) => {
        entries.push({ path: entry.path.replace(/^\.\//, '').replace(/\/$/, ''), type: types[entry.type] ?? 'other' });
      },
    });
  } catch (error) {
    throw new Failure(`${path} is no whole archive: ${messageOf(error)}`, { code: 'verification', cause: error });
  }
  return entries;
}
