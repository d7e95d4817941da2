import { readdir, readFile, readlink } from 'node:fs/promises';

/*
 * Reading /proc and /sys: devices are unplugged and processes end while one looks, and an older kernel lacks files. What
 * is not there has nothing to say.
 */

/** The text of a file without its last line end; undefined when it is empty or cannot be read. */
export async function quietText(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const trimmed = text.trim();
  return trimmed === '' ? undefined : trimmed;
}

/** The names in a directory, sorted; none when it cannot be read. */
export async function quietNames(path: string): Promise<string[]> {
  return (await readdir(path).catch((): string[] => [])).sort();
}

/** Where a link points, as it is written; undefined when it cannot be read. */
export async function quietLink(path: string): Promise<string | undefined> {
  return readlink(path).catch(() => undefined);
}
