import { mkdir } from 'node:fs/promises';
import { fileFailure } from './file-failure.js';

/** Makes a directory that only its owner can look into; one that is there already stays as it is. */
export async function makePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 }).catch(fileFailure(path));
}
