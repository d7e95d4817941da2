import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  writeSync,
  ftruncateSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { Failure } from '../core/failure.js';
import { fileFailure } from './file-failure.js';

/** The number under which child processes inherit the lock's file. */
const inheritedAs = 3;

/** A directory that is ours alone until `release`. */
export interface WorkLock {
  /**
   * The open file that carries the lock. A child process that inherits it keeps the directory locked while it lives,
   * even when otb was killed.
   */
  descriptor: number;
  /** The processes that a killed otb had left at work here, and that were ended. */
  ended: readonly number[];
  release(): void;
}

/** The lock belongs to the open file, not to the program that asks for it: it stays when `flock` has ended. */
async function tryLock(descriptor: number): Promise<boolean> {
  const { exitCode } = await execa('flock', ['--nonblock', String(inheritedAs)], {
    // execa takes a descriptor here, as Node does; its types do not say so.
    stdio: ['ignore', 'ignore', 'ignore', descriptor as unknown as 'pipe'],
    reject: false,
  });
  if (exitCode === 0 || exitCode === 1) return exitCode === 0;
  throw new Failure('the program `flock` does not work here', {
    code: 'prerequisite',
    hint: 'It comes with util-linux: install that, or run `otb doctor build`.',
  });
}

/** A way in which a process has the locked file open. */
interface LockedDescriptor {
  number: number;
  /** What the kernel says of the lock: it has the pid of the program that took it, so two locks are told apart. */
  lock: string;
}

/** How a process has the locked file open; those that only opened it do not count. */
function lockedDescriptors(pid: string, path: string): LockedDescriptor[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      if (readlinkSync(`/proc/${pid}/fd/${fd}`) !== path) return [];
      const [, lock] = /^lock:\s*\d+: (FLOCK .*)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8')) ?? [];
      return lock === undefined ? [] : [{ number: Number(fd), lock }];
    });
  } catch {
    // It has ended, or belongs to somebody else.
    return [];
  }
}

interface Owners {
  /** The otb that took the lock. */
  otb: number[];
  /** What it started. */
  children: { pid: number; lock: string }[];
}

function ownersOf(path: string): Owners {
  const owners: Owners = { otb: [], children: [] };
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const descriptors = lockedDescriptors(pid, path);
    const [first] = descriptors;
    if (first === undefined) continue;
    if (descriptors.some(({ number }) => number !== inheritedAs)) owners.otb.push(Number(pid));
    else owners.children.push({ pid: Number(pid), lock: first.lock });
  }
  return owners;
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended meanwhile.
    }
  }
}

/**
 * Ends what a killed otb left at work: it would go on writing into the directory for minutes. Of several that try this
 * at once, one has the lock before the others are done: what that one starts is not touched.
 */
async function endLeftovers(path: string, locks: ReadonlySet<string>): Promise<number[]> {
  const ended = new Set<number>();
  const steps = [
    ['SIGTERM', 3000],
    ['SIGKILL', 2000],
  ] as const;
  for (const [name, patienceMs] of steps) {
    const deadline = performance.now() + patienceMs;
    while (performance.now() < deadline) {
      const { otb, children } = ownersOf(path);
      const left = children.filter(({ lock }) => locks.has(lock)).map(({ pid }) => pid);
      if (otb.length > 0 || left.length === 0) break;
      for (const pid of left) ended.add(pid);
      signal(left, name);
      await sleep(50);
    }
  }
  return [...ended];
}

/** Locks the file, ending first what a killed otb has left; undefined when one that lives has it. */
async function lockFile(path: string, descriptor: number): Promise<readonly number[] | undefined> {
  if (await tryLock(descriptor)) return [];
  const { otb, children } = ownersOf(path);
  if (otb.length > 0) return undefined;
  const ended = await endLeftovers(path, new Set(children.map(({ lock }) => lock)));
  return (await tryLock(descriptor)) ? ended : undefined;
}

function busy(path: string): Failure {
  const [, pid, since] = /^(\d+) (\S+)$/m.exec(readFileSync(path, 'utf8')) ?? [];
  const who = pid === undefined ? 'another otb' : `otb with pid ${pid}, since ${since ?? ''},`;
  return new Failure(`${who} is at work in ${dirname(path)}`, {
    code: 'busy',
    hint: 'Wait until it is done, or name another directory with --work.',
  });
}

/** Opens the file under the name that the kernel shows for it in /proc: without symbolic links. */
function openLock(named: string): { path: string; descriptor: number } {
  try {
    mkdirSync(dirname(named), { recursive: true });
    const path = join(realpathSync(dirname(named)), basename(named));
    return { path, descriptor: openSync(path, 'a+') };
  } catch (error) {
    return fileFailure(named)(error);
  }
}

/**
 * Takes the directory that the file `named` locks for this process; makes it if need be. The kernel gives the lock back
 * when the last process that has the file open is gone, so that a lock is never stale.
 *
 * @throws Failure `busy` when another otb works there
 */
export async function takeWorkLock(named: string, now: Date): Promise<WorkLock> {
  const { path, descriptor } = openLock(named);
  const ended = await lockFile(path, descriptor);
  if (ended === undefined) {
    closeSync(descriptor);
    throw busy(path);
  }
  ftruncateSync(descriptor);
  writeSync(descriptor, `${process.pid} ${now.toISOString()}\n`);
  return {
    descriptor,
    ended,
    release: () => {
      closeSync(descriptor);
    },
  };
}
