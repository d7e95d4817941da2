import type { FailedPackage } from '../make-output.js';
import { isMeantFor } from '../remedies/remedy.js';
import { buildDirectoryOf, type Evidence } from './evidence.js';
import type { FindingStage } from './finding.js';
import type { Break } from './make-lines.js';

/** What is known of a failure when its cause is looked for. */
export interface Failing {
  /** Absent when the log does not name one. */
  failed?: FailedPackage;
  stage: FindingStage | undefined;
  /** Evidence before this line is about something else. */
  since: number;
  /** The failure's own line: evidence behind it explains nothing. */
  until: number;
  /** The names under which the package was open; empty when that is not known. */
  names: ReadonlySet<string>;
  /** Make's complaints from the failing command outwards. */
  chain: readonly (Break & { line: number; text: string })[];
}

/** The evidence that explains a failure: the first line of it, and the others that say the same. */
export interface Cause {
  first: Evidence;
  all: readonly Evidence[];
}

/** Machine-wide evidence explains whatever fails within so many lines. */
const machineReach = 5000;
/** Lines of one cause lie closer together than this. */
const clusterGap = 200;

const fetching: ReadonlySet<string> = new Set(['download', 'download-hash', 'git']);
const whileFetching: ReadonlySet<string> = new Set([...fetching, 'missing-host-tool']);

/** A download that was made up for (by another mirror, by git) explains no later failure, and nothing else a missing file. */
function fitsStage({ signature }: Evidence, stage: FindingStage | undefined): boolean {
  if (stage === undefined) return true;
  return stage === 'download' ? whileFetching.has(signature.kind) : !fetching.has(signature.kind);
}

function isOfPackage({ within, text }: Evidence, { names, chain }: Failing): boolean {
  const own = chain.map(({ target }) => buildDirectoryOf(target)).find((name) => name !== undefined);
  const spoken = buildDirectoryOf(text);
  if (own !== undefined && spoken !== undefined && own !== spoken) return false;
  return within.length === 0 || names.size === 0 || within.some((name) => names.has(name));
}

function isCandidate(evidence: Evidence, failing: Failing): boolean {
  const { line, signature, remedy } = evidence;
  if (line > failing.until) return false;
  if (signature.weight === 'machine') return line > failing.until - machineReach;
  if (evidence.isUsed || line < failing.since) return false;
  if (remedy) return isMeantFor(remedy, failing.failed?.path) && isOfPackage(evidence, failing);
  return fitsStage(evidence, failing.stage) && isOfPackage(evidence, failing);
}

function rankOf({ signature: { weight, kind }, remedy }: Evidence, { chain }: Failing): number {
  if (weight === 'machine') return 60;
  if (remedy) return 50;
  // A shell ends with 127 when a program is not there.
  if (weight === 'hint' && kind === 'missing-host-tool') return chain.some(({ how }) => how === 'Error 127') ? 45 : 5;
  if (kind === 'download-hash') return 41;
  return weight === 'exact' ? 40 : weight === 'diagnostic' ? 20 : 10;
}

/** Of several places that say much the same the last counts, and of that the first line. */
function lastCluster(sorted: readonly Evidence[]): readonly Evidence[] {
  let from = sorted.length - 1;
  while (from > 0 && (sorted[from]?.line ?? 0) - (sorted[from - 1]?.line ?? 0) < clusterGap) from -= 1;
  return sorted.slice(from);
}

/** Finds what explains a failure among the evidence; undefined when nothing does. */
export function chooseCause(evidence: readonly Evidence[], failing: Failing): Cause | undefined {
  const candidates = evidence.filter((one) => isCandidate(one, failing));
  const best = Math.max(...candidates.map((one) => rankOf(one, failing)));
  const all = lastCluster(candidates.filter((one) => rankOf(one, failing) === best));
  // A bare hint is best explained by what stands next to the failure.
  const first = best <= 10 ? all.at(-1) : all[0];
  if (!first || best <= 10) return first && { first, all: [first] };
  // Each mirror that was tried says something about the same download.
  const isDownload = first.signature.kind === 'download';
  return { first, all: isDownload ? candidates.filter(({ signature }) => signature.kind === 'download') : all };
}
