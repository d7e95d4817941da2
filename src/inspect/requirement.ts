import type { HostFacts, HostQuery } from '../effects/host.js';

/** What a machine is to be fit for. */
export const areas = ['build', 'flash', 'provision', 'lab', 'test'] as const;

/** One of {@link areas}. */
export type Area = (typeof areas)[number];

/** The package managers whose package names are known. */
export type PackageManager = 'apt' | 'dnf' | 'pacman';

/** Package names per package manager. */
export type Packages = Readonly<Record<PackageManager, string>>;

/** Where something shows that it is there. */
export type Look =
  /** One of these programs. `says` must match its version line, `atLeast` be no newer than the match's first group. */
  | { kind: 'program'; names: readonly string[]; says?: RegExp; atLeast?: string }
  /** One of these files. */
  | { kind: 'file'; paths: readonly string[] }
  /** All of these Perl modules. */
  | { kind: 'perl'; modules: readonly string[] }
  /** One of these Python modules. */
  | { kind: 'python'; modules: readonly string[] };

/** Something that must, or should, be installed. */
export interface Requirement {
  name: string;
  /** Areas that cannot do without. */
  needed: readonly Area[];
  /** Areas that can do without, at a price that `why` names. */
  wanted?: readonly Area[];
  look: Look;
  /** What it is for. */
  why: string;
  packages: Packages;
}

/** True when version `found` is `wanted` or newer; both are numbers with points between them. */
export function isAtLeast(found: string, wanted: string): boolean {
  const [have, want] = [found, wanted].map((version) => version.split('.').map(Number));
  for (const [index, number] of (want ?? []).entries()) {
    const own = have?.[index] ?? 0;
    if (own !== number) return own > number;
  }
  return true;
}

/** What the facts must be asked for, so that every requirement can be judged. */
export function queryFor(requirements: readonly Requirement[], directory: string): HostQuery {
  const looks = requirements.map(({ look }) => look);
  return {
    programs: looks.flatMap((look) => (look.kind === 'program' ? look.names : [])),
    versions: looks.flatMap((look) => (look.kind === 'program' && look.says ? look.names : [])),
    files: looks.flatMap((look) => (look.kind === 'file' ? look.paths : [])),
    perlModules: looks.flatMap((look) => (look.kind === 'perl' ? look.modules : [])),
    pythonModules: looks.flatMap((look) => (look.kind === 'python' ? look.modules : [])),
    directory,
  };
}

/** What was found, or why it does not count. */
export type Sight = { found: string } | { lack: string };

function seeProgram({ names, says, atLeast }: Extract<Look, { kind: 'program' }>, facts: HostFacts): Sight {
  const name = names.find((one) => facts.programs[one] !== undefined);
  if (name === undefined) return { lack: `${names.join(' or ')} is not installed` };
  const version = facts.versions[name] ?? '';
  if (!says) return { found: facts.programs[name] ?? name };
  const match = says.exec(version);
  if (!match) return { lack: `${facts.programs[name] ?? name} is another one: "${version}"` };
  if (atLeast !== undefined && !isAtLeast(match[1] ?? '0', atLeast)) {
    return { lack: `${match[1] ?? 'this version'} is older than ${atLeast}` };
  }
  return { found: version };
}

/** Looks for a requirement in the facts. */
export function see(look: Look, facts: HostFacts): Sight {
  switch (look.kind) {
    case 'program':
      return seeProgram(look, facts);
    case 'file': {
      const path = look.paths.find((one) => facts.files.includes(one));
      return path === undefined ? { lack: `${look.paths.join(' or ')} does not exist` } : { found: path };
    }
    case 'perl': {
      const lacking = look.modules.filter((one) => !facts.perlModules.includes(one));
      return lacking.length > 0 ? { lack: `Perl lacks ${lacking.join(', ')}` } : { found: look.modules.join(', ') };
    }
    case 'python': {
      const module = look.modules.find((one) => facts.pythonModules.includes(one));
      return module === undefined ? { lack: `Python lacks ${look.modules.join(' and ')}` } : { found: module };
    }
  }
}
