import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './errno-words.js';

/** execa's options for a program that has a process group of its own, and whose streams are read as they come. */
export const groupOptions = {
  extendEnv: false,
  detached: true,
  cleanup: false,
  buffer: false,
  encoding: 'buffer',
  reject: false,
} as const;

/** Groups that are alive now, so that a second Ctrl-C, or otb's own end, can end all of them at once. */
const living = new Set<number>();

function exists(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Group and state of a process, from `/proc/PID/stat`; the name in it may hold anything, so it is read from its end. */
function isRunningIn(group: number, pid: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(itsGroup) === group && state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}

/**
 * True while any process of the group runs. Zombies do not count: in a container whose first process does not
 * collect them, they stay for ever.
 */
function isAlive(group: number): boolean {
  if (!exists(group)) return false;
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && isRunningIn(group, name));
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
  for (let pause = 5; performance.now() < deadline; pause = Math.min(200, pause * 2)) {
    if (!isAlive(group)) return true;
    await sleep(pause);
  }
  return !isAlive(group);
}

/** Remembers a group for {@link killAllGroups}. */
export function rememberGroup(group: number): void {
  if (living.size === 0) process.once('exit', killAllGroups);
  living.add(group);
}

function forgetGroup(group: number): void {
  living.delete(group);
  if (living.size === 0) process.off('exit', killAllGroups);
}

/** Ends a process group: SIGINT, after 6 s SIGTERM, after 3 s more SIGKILL. Resolves when no process of it is left. */
export async function endGroup(group: number): Promise<void> {
  for (const [signalName, patience] of [
    ['SIGINT', 6000],
    ['SIGTERM', 3000],
    ['SIGKILL', 2000],
  ] as const) {
    send(group, signalName);
    if (await goneWithin(group, patience)) break;
  }
  forgetGroup(group);
}

/** Ends what a finished command left running in its group (a background job, an orphaned compiler). */
export async function sweepGroup(group: number): Promise<void> {
  if (isAlive(group)) {
    send(group, 'SIGTERM');
    if (!(await goneWithin(group, 2000))) send(group, 'SIGKILL');
  }
  forgetGroup(group);
}

/** Kills every group at once: the second Ctrl-C, and the last act of an otb that ends while commands run. */
export function killAllGroups(): void {
  for (const group of living) send(group, 'SIGKILL');
}
