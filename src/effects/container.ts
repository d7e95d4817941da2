import { existsSync, readFileSync } from 'node:fs';

/** True inside a container: what runs as root there is not root of the machine. */
export function isInContainer(): boolean {
  if (existsSync('/.dockerenv') || existsSync('/run/.containerenv')) return true;
  try {
    return /(?:^|\0)container=/.test(readFileSync('/proc/1/environ', 'latin1'));
  } catch {
    return false;
  }
}
