import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const listsDirectory = '/var/lib/apt/lists';

/**
 * Age of apt's package lists in milliseconds, undefined when there are none. The change time counts: apt gives the
 * files the server's modification time, but touches them at every `apt-get update`.
 */
export async function readPackageListAge(directory = listsDirectory): Promise<number | undefined> {
  const names = await readdir(directory).catch(() => []);
  if (!names.some((name) => /_Packages(\.\w+)?$/.test(name))) return undefined;
  const times = await Promise.all(
    names.map(async (name) => (await stat(join(directory, name)).catch(() => undefined))?.ctimeMs ?? 0),
  );
  return Math.max(0, Date.now() - Math.max(...times));
}
