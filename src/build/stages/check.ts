import type { Step } from '../../steps/step.js';

/** Looks whether this machine can build; `check` fails with what is missing and how to install it. */
export function checkStage(check: () => Promise<string | undefined>): Step {
  return { name: 'check', title: 'Check this machine', run: check };
}
