import type { Finding } from './diagnose/finding.js';
import type { ChosenRemedy } from './remedies/match.js';

/** What is done about one failure before the parallel build goes on. */
export type Cure =
  /** A remedy that is known for it. */
  | { type: 'remedy'; finding: Finding; remedy: ChosenRemedy }
  /** It may be a race: the package is built once more, alone and with one job. */
  | { type: 'alone'; finding: Finding; package: string };

/** What a build has tried so far. Nothing is tried twice, so that it ends. */
export class CureHistory {
  readonly #tried = new Set<string>();

  /** Whether this was tried; from now on it was. */
  isNew(cure: Cure): boolean {
    const { package: path = '', part = '', variant = '' } = cure.finding;
    const key = [cure.type === 'remedy' ? cure.remedy.name : 'alone', path, part, variant].join(' ');
    if (this.#tried.has(key)) return false;
    this.#tried.add(key);
    return true;
  }
}

/** What a decision is made from beside the findings. */
export interface CureHelp {
  /** Whether jobs ran at the same time: without, there is no race. */
  isParallel: boolean;
  remedyFor: (finding: Finding) => ChosenRemedy | undefined;
  history: CureHistory;
}

function cureOf(finding: Finding, { isParallel, remedyFor }: CureHelp): Cure | undefined {
  const remedy = remedyFor(finding);
  if (remedy) return { type: 'remedy', finding, remedy };
  const path = finding.package;
  return isParallel && finding.retry === 'alone' && path !== undefined ? { type: 'alone', finding, package: path } : undefined;
}

/** What to do about a make that failed, or the failures that nothing can be done about. */
export type Decision = { type: 'cure'; cures: readonly Cure[] } | { type: 'stop'; failures: readonly Finding[] };

/**
 * Decides about the failures of one run of make. One real failure ends the build, whatever could be done about the
 * others; what was tried before is not tried again.
 */
export function decide(failures: readonly Finding[], help: CureHelp): Decision {
  const cures = failures.map((finding) => cureOf(finding, help));
  const isCurable = cures.length > 0 && cures.every((cure) => cure !== undefined && help.history.isNew(cure));
  if (isCurable) return { type: 'cure', cures: cures.filter((cure) => cure !== undefined) };
  const real = failures.filter((_, index) => cures[index] === undefined);
  return { type: 'stop', failures: real.length > 0 ? real : failures };
}

/**
 * The targets that build one package anew. What lies under `target/` is only built: its `clean` would take the kernel
 * with it.
 */
export function targetsAlone({ package: path = '', part, stage }: Finding): string[] {
  if (path.startsWith('target/')) return [`${path}/${stage === 'image' || stage === 'install' ? 'install' : 'compile'}`];
  const base = part === undefined ? path : `${path}/${part}`;
  return [`${base}/clean`, `${base}/compile`];
}
