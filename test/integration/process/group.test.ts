import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Interrupted } from '../../../src/core/failure.js';
import { localRunner } from '../../../src/effects/local-runner.js';
import { processesWith, uniqueWord, until } from '../../support/processes.js';

/** A shell that does nothing for a while, recognisable by its name. */
const idle = (word: string) => `sh -c 'while :; do sleep 0.2; done' ${word}`;

const words: string[] = [];
const newWord = () => {
  const word = uniqueWord();
  words.push(word);
  return word;
};

afterEach(() => {
  for (const pid of words.splice(0).flatMap(processesWith)) process.kill(pid, 'SIGKILL');
});

/** Runs a script, stops it once `isReady`, and says how long it took until the run had ended. */
async function stop(script: string, isReady: () => boolean): Promise<number> {
  const controller = new AbortController();
  const reason = new Interrupted('SIGINT');
  const running = localRunner.run({ file: 'sh', args: ['-c', script] }, { signal: controller.signal });
  const rejected = expect(running).rejects.toBe(reason);
  await until('the processes are there', isReady);
  const begun = performance.now();
  controller.abort(reason);
  await rejected;
  return performance.now() - begun;
}

describe('stopping a command', () => {
  it('ends one that ignores SIGINT and SIGTERM, with all its children, within 15 s', async () => {
    const word = newWord();
    const deaf = `sh -c 'trap "" INT TERM; while :; do sleep 0.2; done' ${word}`;
    const took = await stop(`trap '' INT TERM; ${deaf} & ${deaf} & wait`, () => processesWith(word).length >= 2);
    expect(processesWith(word)).toEqual([]);
    expect(took).toBeLessThan(60_000);
  });

  it('ends one that listens at once, and its grandchildren and background jobs', async () => {
    const word = newWord();
    const script = `(${idle(word)} & ${idle(word)} & wait) & ${idle(word)}`;
    const took = await stop(script, () => processesWith(word).length >= 3);
    expect(processesWith(word)).toEqual([]);
    expect(took).toBeLessThan(60_000);
  });

  it('lets a command clean up', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'otb-group-'));
    const word = newWord();
    const marker = join(directory, word);
    const script = `trap 'sleep 0.5; rm ${marker}; exit 0' INT; touch ${marker}; ${idle(word)} & wait`;
    await stop(script, () => processesWith(word).length >= 1);
    expect(() => {
      rmSync(marker);
    }).toThrow(/ENOENT/);
    rmSync(directory, { recursive: true });
  });
});

describe('a command that ends by itself', () => {
  it('does not wait for a background job that holds its output, and ends it', async () => {
    const word = newWord();
    const outcome = await localRunner.run({ file: 'sh', args: ['-c', `${idle(word)} & echo started`] });
    expect(outcome).toMatchObject({ exitCode: 0, stdout: 'started\n' });
    expect(processesWith(word)).toEqual([]);
  });

  it('ends a background job that ignores SIGTERM', async () => {
    const word = newWord();
    const deaf = `sh -c 'trap "" INT TERM; while :; do sleep 0.2; done' ${word}`;
    const outcome = await localRunner.run({ file: 'sh', args: ['-c', `${deaf} & sleep 1; exit 5`] });
    expect(outcome.exitCode).toBe(5);
    await until('the job has gone', () => processesWith(word).length === 0, 5000);
  });

  it('does not hang on a process that left the group and holds its output', async () => {
    const word = newWord();
    const outcome = await localRunner.run({ file: 'sh', args: ['-c', `setsid ${idle(word)} & echo started`] });
    expect(outcome).toMatchObject({ exitCode: 0, stdout: 'started\n' });
  });

  it('loses nothing of what was written last', async () => {
    const outcome = await localRunner.run({ file: 'sh', args: ['-c', 'seq 1 20000; seq 1 20000 >&2'] });
    expect(outcome.stdout.endsWith('\n20000\n')).toBe(true);
    expect(outcome.stderr.endsWith('\n20000\n')).toBe(true);
    expect(outcome.stdout.split('\n')).toHaveLength(20_001);
  });
});
