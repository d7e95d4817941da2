import { missingOf, warningsOf, type Check } from './check.js';
import type { Examination } from './ensure-areas.js';
import { installLine, managerOf } from './install-plan.js';
import type { Area } from './requirement.js';

function pad(rows: readonly (readonly [string, string, string])[]): readonly string[] {
  const first = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, verdict, text]) => `${name.padEnd(first)}  ${verdict.padEnd(7)}  ${text}`);
}

function rowOf({ name, verdict, reason, fix, packages }: Check, manager: ReturnType<typeof managerOf>) {
  const remedy = fix ?? (packages && `install ${packages[manager]}`);
  return [name, verdict, verdict === 'ok' || remedy === undefined ? reason : `${remedy}: ${reason}`] as const;
}

/** The table for people, with the one line to paste below it. `all` lists what is ok, too. */
export function examinationText({ checks, facts, plan }: Examination, all: boolean): string {
  const shown = all ? checks : checks.filter(({ verdict }) => verdict !== 'ok');
  const manager = managerOf(facts);
  const count = (wanted: Check['verdict']) => checks.filter(({ verdict }) => verdict === wanted).length;
  const table = pad([['what', 'verdict', 'what to do'], ...shown.map((check) => rowOf(check, manager))]);
  return [
    ...(shown.length > 0 ? [...table, ''] : []),
    `${facts.machine.system}: ${count('ok')} ok, ${count('warning')} worth a look, ${count('missing')} missing`,
    ...(plan ? ['', 'To install:', `  ${installLine(plan, facts)}`] : []),
  ].join('\n');
}

/** The same for programs. */
export function examinationJson({ checks, facts, plan }: Examination, areas: readonly Area[]) {
  return {
    areas,
    system: facts.machine.system,
    checks,
    missing: missingOf(checks).map(({ name }) => name),
    warnings: warningsOf(checks).map(({ name }) => name),
    install: plan ? { manager: plan.manager, packages: plan.packages, command: installLine(plan, facts) } : null,
  };
}
