import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where otb keeps what it can do without: `otb` in the user's directory of caches. */
export function cacheDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const given = environment['XDG_CACHE_HOME'];
  // The specification has relative paths ignored.
  const base = given !== undefined && isAbsolute(given) ? given : join(homedir(), '.cache');
  return join(base, 'otb');
}
