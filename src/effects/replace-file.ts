import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Has a file filled beside `path`, and gives it that name; makes the directory. When anything fails, nothing of it stays. */
export async function replaceFile(path: string, fill: (part: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.part-${process.pid}`;
  try {
    await fill(part);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
