import type { HostFacts } from '../effects/host.js';
import type { Step, StepVoice } from '../steps/step.js';
import { aptFailure, lastLines, runApt, type AptTools } from './apt.js';
import { areListsStale, installPackages, updateLists, type InstallPlan } from './install-plan.js';

/** A broken third-party source makes `update` fail though the lists that matter arrived: the install decides. */
async function update(tools: AptTools, voice: StepVoice): Promise<string | undefined> {
  const outcome = await runApt(updateLists(), tools, voice);
  if (outcome.exitCode === 0) return undefined;
  tools.warn(`apt-get update failed: ${lastLines(outcome).at(-1) ?? 'it said nothing'}`);
  return 'not all of them';
}

async function install(plan: InstallPlan, wasUpdated: boolean, tools: AptTools, voice: StepVoice) {
  const note = `${plan.packages.length} packages`;
  const first = await runApt(installPackages(plan), tools, voice);
  if (first.exitCode === 0) return note;
  // Lists can be outdated within a day: a mirror keeps a package's latest version only.
  const mayHelp =
    !wasUpdated && !first.timedOut && /^E: (?:Unable to (?:locate|fetch)|Failed to fetch|Package )/m.test(first.stderr);
  if (!mayHelp) throw aptFailure('apt-get install', first);
  await update(tools, voice);
  const second = await runApt(installPackages(plan), tools, voice);
  if (second.exitCode !== 0) throw aptFailure('apt-get install', second);
  return note;
}

/** The steps of `otb doctor --fix` on a system with apt. */
export function planInstallSteps(plan: InstallPlan, facts: HostFacts, tools: AptTools): readonly Step[] {
  const isStale = areListsStale(facts);
  return [
    {
      name: 'update',
      title: 'Update the package lists',
      done: () => Promise.resolve(isStale ? undefined : 'younger than a day'),
      run: (voice) => update(tools, voice),
    },
    {
      name: 'install',
      title: `Install ${plan.packages.join(' ')}`,
      run: (voice) => install(plan, isStale, tools, voice),
    },
  ];
}
