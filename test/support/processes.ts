import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Pids of running processes (zombies left out) that the kernel has a word for, there. */
function processesHaving(word: string, where: 'cmdline' | 'environ'): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.map(Number).filter((pid) => {
    try {
      const state = /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return state !== 'Z' && readFileSync(`/proc/${pid}/${where}`, 'utf8').includes(word);
    } catch {
      return false;
    }
  });
}

/** Pids of running processes whose command line holds a word that only this test uses. */
export function processesWith(word: string): number[] {
  return processesHaving(word, 'cmdline');
}

/** Pids of running processes that began with that in their environment, `NAME=value`. */
export function processesUnder(variable: string): number[] {
  return processesHaving(variable, 'environ');
}

/** Waits until something is so; fails when it takes longer than the limit. */
export async function until(what: string, isSo: () => boolean, limitMs = 300_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}`);
    await sleep(50);
  }
}

/** A word that no other process on the machine has on its command line. */
export function uniqueWord(): string {
  return `otb-test-${process.pid}-${Math.random().toString(36).slice(2)}`;
}
