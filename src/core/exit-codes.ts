/** Every way otb can end: the number a script sees and the sentence `otb help exit-codes` prints. */
export const exitCodes = {
  done: { number: 0, meaning: 'done, or nothing to do' },
  bug: { number: 1, meaning: 'a bug in otb: please report it' },
  usage: { number: 2, meaning: 'usage or configuration is wrong' },
  prerequisite: { number: 3, meaning: 'a prerequisite is missing' },
  build: { number: 4, meaning: 'the build failed' },
  verification: { number: 5, meaning: 'verification failed: hash, signature or read-back' },
  'rolled-back': { number: 6, meaning: 'the change was rolled back' },
  unreachable: { number: 7, meaning: 'unreachable, or SSH refused' },
  busy: { number: 8, meaning: 'busy: locked, pending, or changed since the plan' },
  refused: { number: 9, meaning: 'refused for safety: not confirmed, or a system disk' },
  changes: { number: 10, meaning: '`--plan` found changes' },
  unknown: { number: 11, meaning: 'state unknown: no answer to confirm' },
  interrupted: { number: 130, meaning: 'interrupted (Ctrl-C)' },
  terminated: { number: 143, meaning: 'terminated (SIGTERM)' },
} as const;

/** The name of an exit code; it is also `error.code` in `--json` output. */
export type ExitName = keyof typeof exitCodes;
