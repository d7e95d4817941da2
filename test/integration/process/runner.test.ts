import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure, Interrupted } from '../../../src/core/failure.js';
import { localRunner } from '../../../src/effects/local-runner.js';
import type { Invocation, RunOptions } from '../../../src/effects/runner.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'otb-runner-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const shell = (script: string, part: Partial<Invocation> = {}, options: RunOptions = {}) =>
  localRunner.run({ file: 'sh', args: ['-c', script], ...part }, options);

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('how a command ends', () => {
  it('keeps its exit status and both streams apart', async () => {
    const outcome = await shell('echo out; echo err >&2; exit 3');
    expect(outcome).toMatchObject({ exitCode: 3, signalName: null, stdout: 'out\n', stderr: 'err\n', timedOut: false });
  });

  it('names the signal that ended it', async () => {
    expect(await shell('kill -SEGV $$')).toMatchObject({ exitCode: null, signalName: 'SIGSEGV' });
  });

  it('says that a program does not exist', async () => {
    const failure = await failureOf(localRunner.run({ file: 'otb-no-such-program', args: [] }));
    expect(failure.message).toBe('otb-no-such-program could not be started: there is no such program');
    expect(failure).toMatchObject({ code: 'prerequisite', hint: 'Run `otb doctor` to see what this machine lacks.' });
  });

  it('says that the directory does not exist', async () => {
    const failure = await failureOf(shell('true', { cwd: join(directory, 'nowhere') }));
    expect(failure.message).toBe(`sh could not be started: the directory ${directory}/nowhere does not exist`);
  });

  it('says that a file may not be run', async () => {
    const file = join(directory, 'data');
    writeFileSync(file, '#!/bin/sh\n');
    chmodSync(file, 0o644);
    const failure = await failureOf(localRunner.run({ file, args: [] }));
    expect(failure.message).toBe(`${file} could not be started: permission denied`);
  });

  it('ends it at its time limit', async () => {
    const outcome = await shell('sleep 600', { timeoutMs: 500 });
    expect(outcome.timedOut).toBe(true);
    expect(outcome.exitCode === 0).toBe(false);
  });

  it('starts nothing when it is to stop already', async () => {
    const signal = AbortSignal.abort(new Interrupted('SIGINT'));
    const marker = join(directory, 'started');
    expect(await failureOf(shell(`touch ${marker}`, {}, { signal }))).toBeInstanceOf(Interrupted);
    expect(() => readFileSync(marker)).toThrow();
  });
});

describe('what a command reads', () => {
  it('reads its input, then the end', async () => {
    const input = `${'é'.repeat(200_000)}end`;
    expect((await shell('cat', { input })).stdout).toBe(input);
  });

  it('reads nothing when there is no input', async () => {
    expect(await shell('cat; readlink /proc/self/fd/0')).toMatchObject({ exitCode: 0, stdout: '/dev/null\n' });
  });

  it('may leave its input unread', async () => {
    expect(await shell('exit 7', { input: 'x'.repeat(5_000_000) })).toMatchObject({ exitCode: 7 });
  });
});

describe('what a command writes', () => {
  it('keeps the last 8 MiB of 100 MB, and memory bounded', async () => {
    const before = process.memoryUsage.rss();
    let [highest, lines] = [before, 0];
    const outcome = await shell(
      'yes 0123456789abcdef0123456789abcdef | head -c 100000000; echo; echo last',
      {},
      {
        onLine: () => {
          if (++lines % 50_000 === 0) highest = Math.max(highest, process.memoryUsage.rss());
        },
      },
    );
    expect(outcome.exitCode).toBe(0);
    expect(lines).toBe(3_030_305);
    expect(outcome.stdout.endsWith('\nlast\n')).toBe(true);
    expect(outcome.stdout.length).toBeGreaterThan(8 * 1024 * 1024 - 1);
    expect(outcome.stdout.length).toBeLessThan(9 * 1024 * 1024);
    expect(highest - before).toBeLessThan(300_000_000);
  });

  it('hands on output without line ends in pieces', async () => {
    let [longest, total] = [0, 0];
    await shell(
      "head -c 50000000 /dev/zero | tr '\\0' x",
      {},
      {
        onLine: (line) => {
          longest = Math.max(longest, line.length);
          total += line.length;
        },
      },
    );
    expect(total).toBe(50_000_000);
    expect(longest).toBeLessThan(200_000);
  });

  it('logs bytes as they are', async () => {
    const logFile = join(directory, 'binary.log');
    await shell("head -c 300000 /dev/zero | tr '\\0' '\\377'; printf '\\200\\0end'", {}, { logFile });
    const log = readFileSync(logFile);
    expect(log.length).toBe(300_005);
    expect(log.subarray(0, 300_000).every((byte) => byte === 0xff)).toBe(true);
    expect(log.subarray(300_000)).toEqual(Buffer.from([0x80, 0, 0x65, 0x6e, 0x64]));
  });

  it('hands on lines: carriage returns inside, characters whole, the last one without a line end', async () => {
    const lines: string[] = [];
    const script = "printf '10%%\\r20%%\\ndos\\r\\n\\303'; sleep 0.2; printf '\\251\\n\\nlast'";
    await shell(script, {}, { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['10%\r20%', 'dos', 'é', '', 'last']);
  });

  it('appends to a log that exists', async () => {
    const logFile = join(directory, 'appended.log');
    await shell('echo one', {}, { logFile });
    await shell('echo two', {}, { logFile, logTitle: '$ echo two' });
    expect(readFileSync(logFile, 'utf8')).toBe('one\n$ echo two\ntwo\n');
  });

  it('fails, and starts nothing, when the log cannot be made', async () => {
    const marker = join(directory, 'unlogged');
    writeFileSync(join(directory, 'a-file'), '');
    const failure = await failureOf(shell(`touch ${marker}`, {}, { logFile: join(directory, 'a-file', 'log') }));
    expect(failure.message).toMatch(/^the log .* could not be written: a part of its path is a file$/);
    expect(() => readFileSync(marker)).toThrow();
  });

  it('ends the command when its reader fails', async () => {
    const broken = new Error('the reader broke');
    const endless = shell(
      'while :; do echo line; sleep 0.1; done',
      {},
      {
        onLine: () => {
          throw broken;
        },
      },
    );
    await expect(endless).rejects.toBe(broken);
  });
});

describe('what a command inherits', () => {
  it('sees the allow-listed variables only', async () => {
    const strays = { CFLAGS: '-O0', MAKEFLAGS: '-k', GIT_DIR: '/x', CDPATH: '/y', LC_ALL: 'de_DE.UTF-8', V: 's' };
    const before = { ...process.env };
    Object.assign(process.env, strays, {
      CCACHE_DIR: '/cache',
      https_proxy: 'http://proxy',
      PATH: `bin:/a b:/opt/x:${before['PATH'] ?? ''}`,
    });
    try {
      const { stdout } = await localRunner.run({ file: 'env', args: [], env: { OWN: '1' } });
      const seen = Object.fromEntries(
        stdout
          .trimEnd()
          .split('\n')
          .map((line) => line.split(/=(.*)/s, 2) as [string, string]),
      );
      for (const name of ['CFLAGS', 'MAKEFLAGS', 'GIT_DIR', 'CDPATH', 'V', 'NODE_OPTIONS', 'VITEST']) {
        expect(seen, name).not.toHaveProperty(name);
      }
      expect(seen).toMatchObject({ LC_ALL: 'C', CCACHE_DIR: '/cache', https_proxy: 'http://proxy', OWN: '1' });
      expect(seen['PATH']).toMatch(/^\/opt\/x:/);
      expect(seen['PATH']).not.toContain('/a b');
      expect(seen['PATH']?.split(':')).toEqual(expect.arrayContaining(['/usr/sbin', '/usr/bin', '/sbin', '/bin']));
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in before)) Reflect.deleteProperty(process.env, name);
      Object.assign(process.env, before);
    }
  });
});
