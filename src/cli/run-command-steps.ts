import { runSteps } from '../steps/run-steps.js';
import type { Step } from '../steps/step.js';
import type { CommandContext } from './command.js';

/** Runs steps as part of a command: what they say goes to its face, what stops it stops them. */
export function runCommandSteps({ emit, signal, options }: CommandContext, steps: readonly Step[]): Promise<void> {
  return runSteps(steps, { emit, signal, dryRun: options.dryRun, now: () => performance.now() });
}
