import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inheritingRunner } from '../../../src/effects/inheriting-runner.js';
import { localRunner } from '../../../src/effects/local-runner.js';
import { takeWorkLock } from '../../../src/effects/work-lock.js';
import { processesWith, uniqueWord, until } from '../../support/processes.js';

const directory = mkdtempSync(join(tmpdir(), 'otb-lock-'));
const path = join(directory, 'lock');
const now = new Date('2026-01-02T03:04:05Z');

/** A process that takes the lock, runs a command under it, and waits. */
const holder = join(directory, 'holder.mjs');
beforeAll(() =>
  build({
    input: fileURLToPath(new URL('./lock-holder.ts', import.meta.url)),
    platform: 'node',
    output: { file: holder, codeSplitting: false },
  }),
);

const started: ChildProcess[] = [];
const words: string[] = [];

function hold(): { child: ChildProcess; word: string; said: () => string } {
  const word = uniqueWord();
  let text = '';
  const child = spawn(process.execPath, [holder, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, OTB_TEST_WORD: word },
  });
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  started.push(child);
  words.push(word);
  return { child, word, said: () => text };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

afterEach(async () => {
  for (const child of started.splice(0)) if (child.exitCode === null && child.signalCode === null) await kill(child);
  for (const pid of words.splice(0).flatMap(processesWith)) process.kill(pid, 'SIGKILL');
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('the lock of a work directory', () => {
  it('is held by one, and free again when that one lets go', async () => {
    const lock = await takeWorkLock(path, now);
    expect(readFileSync(path, 'utf8')).toBe(`${process.pid} 2026-01-02T03:04:05.000Z\n`);
    await expect(takeWorkLock(path, now)).rejects.toMatchObject({
      code: 'busy',
      message: `otb with pid ${process.pid}, since 2026-01-02T03:04:05.000Z, is at work in ${directory}`,
    });
    lock.release();
    (await takeWorkLock(path, now)).release();
  });

  it('is refused to another process, and names the one that has it', async () => {
    const { child, word, said } = hold();
    await until('it is locked', () => processesWith(word).length > 0);
    expect(said()).toBe('locked 0\n');
    await expect(takeWorkLock(path, now)).rejects.toThrow(`otb with pid ${String(child.pid)}, since 2`);
    expect(processesWith(word)).not.toEqual([]);
  });

  it('is free after a kill, when nothing is left at work', async () => {
    const lock = await takeWorkLock(path, now);
    lock.release();
    const { child, word } = hold();
    await until('it is locked', () => processesWith(word).length > 0);
    await kill(child);
    for (const pid of processesWith(word)) process.kill(pid, 'SIGKILL');
    await until('they have gone', () => processesWith(word).length === 0);
    const next = await takeWorkLock(path, now);
    next.release();
  });

  it('ends what a killed otb left at work, and only that', async () => {
    const { child, word } = hold();
    await until('it is locked', () => processesWith(word).length > 0);
    await kill(child);
    const left = processesWith(word);
    expect(left).not.toEqual([]);
    const bystander = uniqueWord();
    words.push(bystander);
    void localRunner.run({ file: 'sh', args: ['-c', 'while :; do sleep 0.2; done', bystander] }).catch(() => undefined);
    await until('the bystander is there', () => processesWith(bystander).length > 0);
    const lock = await takeWorkLock(path, now);
    expect(lock.ended).toEqual(expect.arrayContaining(left));
    expect(processesWith(word)).toEqual([]);
    expect(processesWith(bystander)).not.toEqual([]);
    lock.release();
  });

  it('goes to one of several that come at once after a kill', async () => {
    const first = hold();
    await until('it is locked', () => processesWith(first.word).length > 0);
    await kill(first.child);
    const others = [hold(), hold(), hold()];
    await until('all have tried', () => others.every(({ said }) => said() !== ''));
    const winners = others.filter(({ said }) => said().startsWith('locked'));
    expect(others.map(({ said }) => said()).filter((text) => !text.startsWith('locked'))).toHaveLength(2);
    expect(winners).toHaveLength(1);
    expect(winners[0]!.child.exitCode).toBeNull();
  });

  it('is not held by commands that run without it', async () => {
    const lock = await takeWorkLock(path, now);
    const { stdout } = await localRunner.run({ file: 'sh', args: ['-c', 'ls -l /proc/self/fd'] });
    expect(stdout).not.toContain(path);
    const inside = await inheritingRunner(localRunner, lock.descriptor).run({
      file: 'sh',
      args: ['-c', 'ls -l /proc/$$/fd/3'],
    });
    expect(inside.stdout).toContain(path);
    lock.release();
  });
});
