import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localFiles } from '../../../src/effects/tree-files.js';

let work: string;
let from: string;
let to: string;

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'otb-copy-tree-'));
  [from, to] = [join(work, 'from'), join(work, 'to')];
  mkdirSync(join(from, 'deep/er'), { recursive: true });
  writeFileSync(join(from, 'Makefile'), 'all:\n');
  writeFileSync(join(from, 'deep/er/run'), '#!/bin/sh\n', { mode: 0o755 });
  symlinkSync('../Makefile', join(from, 'deep/link'));
});
afterEach(() => {
  rmSync(work, { recursive: true, force: true });
});

const names = (directory: string) => readdirSync(directory, { recursive: true }).map(String).sort();

describe('copying a tree', () => {
  it('brings files, modes and links; once more, there is nothing to do', async () => {
    expect(await localFiles.copyTree(from, to)).toEqual({ copied: 3, removed: 0, unchanged: 0 });
    expect(readFileSync(join(to, 'Makefile'), 'utf8')).toBe('all:\n');
    expect(statSync(join(to, 'deep/er/run')).mode & 0o777).toBe(0o755);
    expect(readlinkSync(join(to, 'deep/link'))).toBe('../Makefile');
    expect(await localFiles.copyTree(from, to)).toEqual({ copied: 0, removed: 0, unchanged: 3 });
  });

  it('brings what changed, also when only the mode did, and leaves times alone', async () => {
    await localFiles.copyTree(from, to);
    const before = statSync(join(to, 'deep/er/run')).mtimeMs;
    writeFileSync(join(from, 'Makefile'), 'all: more\n');
    expect(await localFiles.copyTree(from, to)).toMatchObject({ copied: 1, unchanged: 2 });
    chmodSync(join(from, 'Makefile'), 0o755);
    expect(await localFiles.copyTree(from, to)).toMatchObject({ copied: 1, unchanged: 2 });
    expect(statSync(join(to, 'Makefile')).mode & 0o777).toBe(0o755);
    expect(statSync(join(to, 'deep/er/run')).mtimeMs).toBe(before);
    expect(Math.abs(statSync(join(from, 'deep/er/run')).mtimeMs - before)).toBeLessThan(2);
  });

  it('takes away what has left the source, and nothing that others made', async () => {
    await localFiles.copyTree(from, to);
    writeFileSync(join(to, 'deep/made'), 'by make');
    rmSync(join(from, 'deep/er/run'));
    expect(await localFiles.copyTree(from, to)).toEqual({ copied: 0, removed: 1, unchanged: 2 });
    expect(names(to)).toEqual(['.otb-copied', 'Makefile', 'deep', 'deep/er', 'deep/link', 'deep/made']);
  });

  it('leaves no half file, and says which one it could not write', async () => {
    mkdirSync(join(to, 'Makefile/in-the-way'), { recursive: true });
    await expect(localFiles.copyTree(from, to)).rejects.toThrow(to);
    expect(names(to).filter((name) => name.includes('.part-'))).toEqual([]);
  });
});
