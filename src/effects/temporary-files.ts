import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileFailure } from './file-failure.js';

/**
 * Writes files into a new directory that only its owner can look into, and takes it away when the work is done.
 *
 * @param files their names and contents
 * @param work gets the directory's path
 * @throws Failure when they cannot be written, and what the work throws
 */
export async function withTemporaryFiles<Result>(
  files: Readonly<Record<string, string | Uint8Array>>,
  work: (directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'otb-')).catch(fileFailure(tmpdir()));
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(directory, name);
      await writeFile(path, content).catch(fileFailure(path));
    }
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
