import type { HostFacts } from '../effects/host.js';
import { conditions } from './conditions.js';
import { requirements } from './requirements.js';
import { see, type Area, type Packages, type Requirement } from './requirement.js';

/** How serious a check's result is: `missing` means that an area asked for will not work. */
export type Verdict = 'ok' | 'warning' | 'missing';

/** One thing that was looked at. */
export interface Check {
  name: string;
  /** The areas asked for that it matters to. */
  areas: readonly Area[];
  verdict: Verdict;
  /** What was found, or what is wrong and what for. */
  reason: string;
  /** The package that brings it, per package manager; absent when no package does. */
  packages?: Packages;
  /** What the user can do, when installing a package is not it. */
  fix?: string;
}

/** The areas that cannot do without; the tests need whatever any other area needs. */
function neededBy({ needed }: Requirement): readonly Area[] {
  return needed.length > 0 ? [...needed, 'test'] : needed;
}

function checkRequirement(requirement: Requirement, asked: readonly Area[], facts: HostFacts): Check | undefined {
  const needing = asked.filter((area) => neededBy(requirement).includes(area));
  const wanting = asked.filter((area) => requirement.wanted?.includes(area) === true && !needing.includes(area));
  if (needing.length + wanting.length === 0) return undefined;
  const { name, why, look, packages } = requirement;
  const sight = see(look, facts);
  const base = { name, areas: [...needing, ...wanting], packages };
  if ('found' in sight) return { ...base, verdict: 'ok', reason: sight.found };
  return { ...base, verdict: needing.length > 0 ? 'missing' : 'warning', reason: `${sight.lack}; ${why}` };
}

/** Judges a machine by its facts, for the areas asked for. */
export function judgeHost(facts: HostFacts, asked: readonly Area[]): readonly Check[] {
  const programs = requirements.flatMap((requirement) => checkRequirement(requirement, asked, facts) ?? []);
  const others = conditions.flatMap(({ name, areas, judge }): Check[] => {
    const matters = asked.filter((area) => areas.includes(area));
    return matters.length === 0 ? [] : [{ name, areas: matters, ...judge(facts, matters) }];
  });
  return [...programs, ...others];
}

/** The checks that mean the machine is not fit. */
export function missingOf(checks: readonly Check[]): readonly Check[] {
  return checks.filter(({ verdict }) => verdict === 'missing');
}

/** The checks that are worth a thought. */
export function warningsOf(checks: readonly Check[]): readonly Check[] {
  return checks.filter(({ verdict }) => verdict === 'warning');
}
