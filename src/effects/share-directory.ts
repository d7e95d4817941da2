import { mkdir, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileFailure } from './file-failure.js';
import { codeOf } from './errno-words.js';

/** Makes `at` lead to `directory`, which is made if need be. What is at `at` already stays. */
export async function shareDirectory(directory: string, at: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    await mkdir(dirname(at), { recursive: true });
    await symlink(directory, at);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') fileFailure(at)(error);
  }
}
