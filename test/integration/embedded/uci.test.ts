import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith, program } from '../../support/needs.js';
import { type Answer, type Files, UciSandbox } from './uci-sandbox.js';

/** A case: files on the device, commands one after the other, what each answered, what became of the files. */
interface UciCase {
  name: string;
  /** Whether the table's standard files are there as well (they are, unless it says false). */
  standard?: false;
  files?: Files;
  steps: readonly (Partial<Answer> & { args: readonly string[]; input?: string })[];
  /** The files that are new, or have other text (null: that are gone). */
  changed?: Readonly<Record<string, string | null>>;
}

interface UciTable {
  standard: Files;
  cases: readonly UciCase[];
}

// Recorded from the uci of OpenWrt 23.05: see the README beside them.
const tables = fileURLToPath(new URL('../../fixtures/uci/', import.meta.url));
const tableNames = readdirSync(tables).filter((name) => name.endsWith('.json') && name !== 'functions.json');

const needs = [program('busybox'), program('flock')];
let sandbox: UciSandbox;

for (const tableName of tableNames)
  describeWith(needs, `uci answers as the real one: ${tableName}`, () => {
    const { standard, cases } = JSON.parse(readFileSync(tables + tableName, 'utf8')) as UciTable;

    beforeAll(() => {
      sandbox = new UciSandbox();
    });
    afterAll(() => {
      sandbox.remove();
    });

    it.each(cases)('$name', (recorded) => {
      const before = { ...(recorded.standard === false ? {} : standard), ...recorded.files };
      sandbox.reset(before);
      for (const { args, input, exit = 0, stdout = '', stderr = '' } of recorded.steps) {
        const answer = sandbox.run('/sbin/uci', args, input);
        expect({ args, ...answer }).toEqual({ args, exit, stdout, stderr });
      }
      expect(sandbox.files()).toEqual(after(before, recorded.changed ?? {}));
    });
  });

function after(before: Files, changed: Readonly<Record<string, string | null>>): Record<string, string> {
  const merged = Object.entries({ ...before, ...changed });
  return Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== null));
}
