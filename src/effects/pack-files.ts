import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import { fileFailure } from './file-failure.js';
import { withTemporaryFiles } from './temporary-files.js';

/** A file to be packed, by its path in the archive. */
export interface PackedFile {
  path: string;
  text: string;
  mode: number;
}

/** Packs files as `.tar.gz`: root's, in the given order, and the same files make the same bytes. */
export async function packFiles(files: readonly PackedFile[], to: string): Promise<void> {
  await withTemporaryFiles({}, async (directory) => {
    for (const { path, text, mode } of files) {
      await mkdir(join(directory, dirname(path)), { recursive: true });
      await writeFile(join(directory, path), text, { mode });
      // The umask has no say in it.
      await chmod(join(directory, path), mode);
    }
    const names = files.map(({ path }) => path);
    await create({ cwd: directory, file: to, gzip: { level: 9 }, portable: true, mtime: new Date(0) }, names);
  }).catch(fileFailure(to));
}
