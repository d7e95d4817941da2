import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, it } from 'vitest';

/** Something of the machine that a test cannot do without. */
export interface Need {
  /** What is missing when it is not met, as the skipped test's title says it. */
  name: string;
  isMet: boolean;
}

/** Root rights: namespaces, mounts, loop devices. */
export const root: Need = { name: 'root', isMet: process.getuid?.() === 0 };

/** A program on PATH (or in the system's sbin directories). */
export function program(name: string): Need {
  const found = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'].some((directory) =>
    existsSync(`${directory}/${name}`),
  );
  return { name: `the program ${name}`, isMet: found };
}

/** A kernel that lets us make network namespaces. */
export const networkNamespaces: Need = {
  name: 'network namespaces',
  isMet: root.isMet && spawnSync('unshare', ['-n', 'true']).status === 0,
};

/** What is missing, for a title; undefined when nothing is. */
function missing(needs: readonly Need[]): string | undefined {
  const names = needs.filter(({ isMet }) => !isMet).map(({ name }) => name);
  return names.length === 0 ? undefined : names.join(', ');
}

/** `describe` where the machine has what the tests need; elsewhere they are skipped, and the title says why. */
export function describeWith(needs: readonly Need[], title: string, body: () => void): void {
  const lacks = missing(needs);
  if (lacks === undefined) describe(title, body);
  else describe.skip(`${title} (skipped: needs ${lacks})`, body);
}

/** `it` where the machine has what the test needs; elsewhere it is skipped, and the title says why. */
export function itWith(
  needs: readonly Need[],
  title: string,
  body: () => Promise<void> | void,
  timeoutMs?: number,
): void {
  const lacks = missing(needs);
  if (lacks === undefined) it(title, body, timeoutMs);
  else it.skip(`${title} (skipped: needs ${lacks})`, body);
}
