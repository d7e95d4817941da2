import { quoteCommand } from '../core/shell.js';
import type { HostFacts } from '../effects/host.js';
import type { Invocation } from '../effects/runner.js';
import type { Check } from './check.js';
import type { PackageManager } from './requirement.js';

/** What would make the checks that are not ok go away, as far as packages can. */
export interface InstallPlan {
  manager: PackageManager;
  packages: readonly string[];
  /** argv that installs them. */
  words: readonly string[];
}

const families: Readonly<Record<string, PackageManager>> = {
  debian: 'apt',
  ubuntu: 'apt',
  fedora: 'dnf',
  rhel: 'dnf',
  arch: 'pacman',
};

const installWords: Readonly<Record<PackageManager, readonly string[]>> = {
  apt: ['apt-get', 'install', '--no-install-recommends', '-y'],
  dnf: ['dnf', 'install', '-y'],
  pacman: ['pacman', '-S', '--needed', '--noconfirm'],
};

/** The package manager of this system; apt where the system is an unknown one. */
export function managerOf({ machine }: HostFacts): PackageManager {
  const family = machine.families.find((one) => families[one] !== undefined);
  return (family === undefined ? undefined : families[family]) ?? 'apt';
}

/** Plans an install; undefined when no package would help. Nothing but the checks that are not ok counts. */
export function planInstall(checks: readonly Check[], facts: HostFacts): InstallPlan | undefined {
  const manager = managerOf(facts);
  const wanted = checks.flatMap(({ verdict, packages }) => (verdict === 'ok' || !packages ? [] : [packages[manager]]));
  if (wanted.length === 0) return undefined;
  const packages = [...new Set(wanted)].sort();
  return { manager, packages, words: [...installWords[manager], ...packages] };
}

/** The line to paste into a shell; with `sudo` for an ordinary user. */
export function installLine({ words }: InstallPlan, { machine }: HostFacts): string {
  return quoteCommand(machine.isRoot ? words : ['sudo', ...words]);
}

/** How apt is told that nobody is there to answer. */
const aptEnvironment = {
  DEBIAN_FRONTEND: 'noninteractive',
  NEEDRESTART_SUSPEND: '1',
  APT_LISTCHANGES_FRONTEND: 'none',
};
const aptQuiet = ['-q', '-o', 'Dpkg::Use-Pty=0', '-o', 'Dpkg::Options::=--force-confold'];

/** `apt-get update` as otb runs it. */
export function updateLists(): Invocation {
  return { file: 'apt-get', args: ['update', '-q'], env: aptEnvironment, timeoutMs: 10 * 60_000 };
}

/** `apt-get install` as otb runs it: what the line to paste does, and never asks. */
export function installPackages({ packages }: InstallPlan): Invocation {
  const args = ['install', '--no-install-recommends', '-y', ...aptQuiet, ...packages];
  return { file: 'apt-get', args, env: aptEnvironment, timeoutMs: 30 * 60_000 };
}

const day = 24 * 3600_000;

/** True when `apt-get update` has to come first. */
export function areListsStale({ packageListAgeMs }: HostFacts): boolean {
  return packageListAgeMs === undefined || packageListAgeMs > day;
}
