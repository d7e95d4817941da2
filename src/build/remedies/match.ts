import type { Finding } from '../diagnose/finding.js';
import { knownRemedies } from './known.js';
import type { Remedy, RemedyAction, TreeFacts } from './remedy.js';

/** A remedy that fits, with what it does in this tree. */
export interface ChosenRemedy {
  name: string;
  source: string;
  actions: readonly RemedyAction[];
}

/**
 * The remedy that a diagnosis named for a finding. The diagnosis has to know the user's remedies, too, for it is the
 * one that sees the lines.
 *
 * @param written the user's remedies; they come before those of otb
 */
export function remedyFor(finding: Finding, facts: TreeFacts, written: readonly Remedy[] = []): ChosenRemedy | undefined {
  const remedy = [...written, ...knownRemedies].find(({ name }) => name === finding.remedy);
  return remedy && { name: remedy.name, source: remedy.source, actions: remedy.actions(facts) };
}
