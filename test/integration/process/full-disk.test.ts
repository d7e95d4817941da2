import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { localRunner } from '../../../src/effects/local-runner.js';
import { describeWith, root } from '../../support/needs.js';
import { processesWith, uniqueWord } from '../../support/processes.js';

describeWith([root], 'a log on a full disk', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'otb-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory]);
  });
  afterAll(() => {
    execFileSync('umount', [directory]);
    rmSync(directory, { recursive: true });
  });

  it('is a failure that says so, and ends the command', async () => {
    const logFile = join(directory, 'make.log');
    const word = uniqueWord();
    const script = 'while :; do head -c 65536 /dev/zero; sleep 0.01; done';
    const running = localRunner.run({ file: 'sh', args: ['-c', script, word] }, { logFile });
    await expect(running).rejects.toMatchObject({
      name: 'Failure',
      code: 'prerequisite',
      message: `the log ${logFile} could not be written: the disk is full`,
    });
    expect(processesWith(word)).toEqual([]);
    expect(statSync(logFile).size).toBeGreaterThan(500_000);
  });
});
