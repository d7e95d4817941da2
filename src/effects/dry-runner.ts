import type { Invocation, Outcome, Runner } from './runner.js';

const nothing: Outcome = { exitCode: 0, signalName: null, stdout: '', stderr: '', elapsedMs: 0, timedOut: false };

/**
 * A Runner that shows instead of doing. Commands that only look are run for real, so that the preview is made of
 * real facts; the others are handed to `show` and taken as successful.
 */
export function dryRunner(runner: Runner, show: (invocation: Invocation) => void): Runner {
  return {
    run(invocation, options) {
      if (invocation.readOnly) return runner.run(invocation, options);
      show(invocation);
      return Promise.resolve(nothing);
    },
  };
}
