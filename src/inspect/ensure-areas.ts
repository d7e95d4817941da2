import { Failure } from '../core/failure.js';
import type { HostFacts, HostQuery } from '../effects/host.js';
import type { Emit } from '../report/events.js';
import { runSteps } from '../steps/run-steps.js';
import type { AptTools } from './apt.js';
import { judgeHost, missingOf, type Check } from './check.js';
import { installLine, planInstall, type InstallPlan } from './install-plan.js';
import { planInstallSteps } from './install-steps.js';
import { queryFor, type Area } from './requirement.js';
import { requirements } from './requirements.js';

/** What an examination is done with. */
export interface DoctorTools extends Omit<AptTools, 'warn'> {
  readHost: (query: HostQuery) => Promise<HostFacts>;
  emit: Emit;
  signal: AbortSignal;
  /** True under `--dry-run`: the runner then only shows what would be installed. */
  dryRun: boolean;
  /** Where work will be done. */
  directory: string;
}

/** What was seen, and what would help. */
export interface Examination {
  facts: HostFacts;
  checks: readonly Check[];
  /** Installs what is missing and what is warned of; absent when no package would help. */
  plan?: InstallPlan;
}

/** Which packages `--fix` installs: those that something needed lacks, or those that a warning names, too. */
export type FixScope = 'needed' | 'all';

/** Looks at this machine for the areas asked for. */
export async function examine(asked: readonly Area[], tools: DoctorTools): Promise<Examination> {
  const facts = await tools.readHost(queryFor(requirements, tools.directory));
  const checks = judgeHost(facts, asked);
  const plan = planInstall(checks, facts);
  return { facts, checks, ...(plan && { plan }) };
}

function refuseFix(plan: InstallPlan, { machine, ...facts }: HostFacts): void {
  const line = installLine(plan, { machine, ...facts });
  if (plan.manager !== 'apt') {
    const message = `${plan.packages.length} packages have to be installed; --fix knows apt only`;
    throw new Failure(message, { code: 'prerequisite', hint: `Run: ${line}` });
  }
  if (!machine.isRoot) {
    const message = `${plan.packages.length} packages have to be installed, which takes root rights`;
    throw new Failure(message, { code: 'prerequisite', hint: `Run: ${line}` });
  }
}

/**
 * Installs what an examination found lacking, and looks again. Runs nothing when nothing is lacking, so that it
 * works without a network.
 */
export async function fix(seen: Examination, scope: FixScope, asked: readonly Area[], tools: DoctorTools) {
  const checks = scope === 'needed' ? missingOf(seen.checks) : seen.checks;
  const plan = planInstall(checks, seen.facts);
  if (!plan) return seen;
  if (!tools.dryRun) refuseFix(plan, seen.facts);
  const warn = (message: string) => {
    tools.emit({ type: 'warning', message });
  };
  await runSteps(planInstallSteps(plan, seen.facts, { ...tools, warn }), tools);
  return tools.dryRun ? seen : examine(asked, tools);
}

/** The failure of a machine that is not fit; undefined when it is. */
function unfitness({ checks, facts, plan }: Examination): Failure | undefined {
  const lacking = missingOf(checks);
  if (lacking.length === 0) return undefined;
  return new Failure(`${lacking.length} needed things are missing: ${lacking.map(({ name }) => name).join(', ')}`, {
    code: 'prerequisite',
    lines: lacking.map(({ name, reason }) => `${name}: ${reason}`),
    hint: plan ? `Run: ${installLine(plan, facts)}` : 'See `otb doctor`.',
  });
}

/**
 * Makes sure that this machine is fit for some areas: what a command calls before it begins.
 *
 * @param fixing whether what is needed and can be installed is installed
 * @throws Failure `prerequisite` when something needed is missing still
 */
export async function ensureAreas(asked: readonly Area[], fixing: boolean, tools: DoctorTools): Promise<Examination> {
  const seen = await examine(asked, tools);
  const result = fixing ? await fix(seen, 'needed', asked, tools) : seen;
  const failure = unfitness(result);
  if (failure && !tools.dryRun) throw failure;
  return result;
}
