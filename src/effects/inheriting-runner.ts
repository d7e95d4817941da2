import type { Runner } from './runner.js';

/** A Runner whose commands inherit an open file: they carry the lock of the directory that they work in. */
export function inheritingRunner(runner: Runner, inherited: number): Runner {
  return { run: (invocation, options) => runner.run(invocation, { ...options, inherited }) };
}
