import { readFileSync } from 'node:fs';
import type { HostFacts } from '../../src/effects/host.js';

/** What a Debian 12 with everything installed answered, as root. */
export const completeHost = JSON.parse(
  readFileSync(new URL('../fixtures/host/debian-12.json', import.meta.url), 'utf8'),
) as HostFacts;

/** The same machine without some programs. */
export function hostWithout(...names: string[]): HostFacts {
  const programs = Object.entries(completeHost.programs).filter(([name]) => !names.includes(name));
  return { ...completeHost, programs: Object.fromEntries(programs) };
}

/** The same machine with other facts of the machine itself. */
export function hostWithMachine(machine: Partial<HostFacts['machine']>, base = completeHost): HostFacts {
  return { ...base, machine: { ...base.machine, ...machine } };
}
