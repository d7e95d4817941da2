import { setTimeout as sleep } from 'node:timers/promises';
import { localRunner } from '../effects/local-runner.js';
import { readHost } from '../effects/host.js';
import type { DoctorTools } from '../inspect/ensure-areas.js';
import type { CommandContext } from './command.js';

/** What `otb doctor`, and a command that makes sure of its prerequisites, look and install with. */
export function openDoctorTools({ runner, emit, signal, options }: CommandContext): DoctorTools {
  return {
    runner,
    emit,
    signal,
    dryRun: options.dryRun,
    directory: process.cwd(),
    now: () => performance.now(),
    readHost: (query) => readHost(localRunner, query),
    wait: (milliseconds, heard) => sleep(milliseconds, undefined, { signal: heard }),
  };
}
