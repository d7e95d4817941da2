import { setTimeout as sleep } from 'node:timers/promises';

/** Groups that are alive now, so that a second Ctrl-C can end all of them at once. */
const living = new Set<number>();

/** True while any process of the group exists (a zombie that waits for its parent counts). */
function isAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function send(group: number, signalName: NodeJS.Signals): void {
  try {
    process.kill(-group, signalName);
  } catch {
    // The group has gone: that is what was wanted.
  }
}

async function goneWithin(group: number, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (performance.now() < deadline) {
    if (!isAlive(group)) return true;
    await sleep(50);
  }
  return !isAlive(group);
}

/** Remembers a group for {@link killAllGroups}. */
export function rememberGroup(group: number): void {
  living.add(group);
}

/** Ends a process group: SIGINT, after 8 s SIGTERM, after 4 s more SIGKILL. Resolves when no process of it is left. */
export async function endGroup(group: number): Promise<void> {
  for (const [signalName, patience] of [
    ['SIGINT', 8000],
    ['SIGTERM', 4000],
    ['SIGKILL', 2000],
  ] as const) {
    send(group, signalName);
    if (await goneWithin(group, patience)) break;
  }
  living.delete(group);
}

/** Ends what a finished command left running in its group (a background job, an orphaned compiler). */
export async function sweepGroup(group: number): Promise<void> {
  if (isAlive(group)) {
    send(group, 'SIGTERM');
    if (!(await goneWithin(group, 2000))) send(group, 'SIGKILL');
  }
  living.delete(group);
}

/** Kills every group at once: the second Ctrl-C. */
export function killAllGroups(): void {
  for (const group of living) send(group, 'SIGKILL');
}
