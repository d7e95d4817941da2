import { readFileSync } from 'node:fs';
import { Diagnosis } from '../../../../src/build/diagnose/diagnosis.js';
import type { DiagnosisReport } from '../../../../src/build/diagnose/finding.js';
import { LogSieve } from '../../../../src/build/diagnose/sieve.js';
import type { Remedy } from '../../../../src/build/remedies/remedy.js';

/** The bytes of a log in test/fixtures/logs. */
export function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../../fixtures/logs/${name}.log`, import.meta.url));
}

/** Reads a log as a file is read, in pieces of the given sizes, over and over. */
export function sift(bytes: Uint8Array, sizes: readonly number[] = [65536], remedies: readonly Remedy[] = []): DiagnosisReport {
  const diagnosis = new Diagnosis({ remedies });
  const sieve = new LogSieve(diagnosis);
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const end = at + (sizes[turn % sizes.length] ?? 1);
    const piece = Buffer.from(bytes.subarray(at, end));
    sieve.push(piece);
    // A reader uses its buffer again.
    piece.fill(0x45);
    at = end;
  }
  sieve.end();
  return diagnosis.end();
}

/** Reads a log as a running command's output is read, line by line. */
export function follow(bytes: Uint8Array, remedies: readonly Remedy[] = []): DiagnosisReport {
  const diagnosis = new Diagnosis({ remedies });
  const text = Buffer.from(bytes).toString();
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n');
  for (const line of lines) diagnosis.push(line);
  return diagnosis.end();
}

/** The log of one package that fails after the given lines. */
export function failingWith(lines: readonly string[], target = '/srv/tree/build_dir/target-x/thing-1/.built', how = 'Error 1'): Buffer {
  return Buffer.from(
    [
      '$ make -j1 V=s',
      "make[1]: Entering directory '/srv/tree'",
      "make[3]: Entering directory '/srv/tree/package/net/thing'",
      ...lines,
      `make[3]: *** [Makefile:22: ${target}] ${how}`,
      "make[3]: Leaving directory '/srv/tree/package/net/thing'",
      'time: package/net/thing/compile#0.15#0.08#0.36',
      '    ERROR: package/net/thing failed to build.',
      'make[2]: *** [package/Makefile:129: package/net/thing/compile] Error 1',
      'make: *** [/srv/tree/include/toplevel.mk:233: world] Error 2',
      '',
    ].join('\n'),
  );
}
