import { describeFailed } from '../make-output.js';
import { knownRemedies } from '../remedies/known.js';
import { isMeantFor, type Remedy } from '../remedies/remedy.js';
import type { Attempts } from './attempts.js';
import type { Cause, Failing } from './choose-cause.js';
import { excerptOf, type ExcerptParts } from './excerpt.js';
import type { Finding } from './finding.js';
import { isAboutNetwork } from './signatures/downloads.js';
import { baseName } from './signatures/signature.js';

/** A finding whose `retry` waits for the log's end: only then it is known whether the build was a parallel one. */
export interface Draft {
  finding: Finding;
  /** It may be a race, if the build was parallel. */
  mayRace: boolean;
  /** The file or library that was missed, by the names under which somebody may make it. */
  missed: readonly string[];
}

/** What there is to explain a failure with. */
export interface Material {
  failing: Failing;
  /** The failure's own line. */
  line: number;
  text: string;
  cause: Cause | undefined;
  attempts: Attempts;
  /** The lines before make's complaint. */
  before: readonly string[];
  remedies: readonly Remedy[];
  /** The packages that it may have been, where none is named. */
  suspects: readonly string[];
}

function fileOf({ chain }: Failing): string | undefined {
  const target = chain.find(({ target: one }) => /\/dl\/[^/]+$/.test(one))?.target;
  return target === undefined ? undefined : baseName(target);
}

function tellDownload(file: string | undefined, material: Material): string {
  const { cause, attempts } = material;
  const addresses = attempts.of(file);
  const why = [...(cause?.all ?? [])].reverse().map(({ captured }) => captured['why'] ?? captured['complaint'] ?? captured['apt']);
  const reason = why.find((one) => one !== undefined);
  const local = cause?.all.find(({ captured }) => captured['where'] !== undefined)?.captured['where'];
  const places = addresses.length > 1 ? ` from any of ${addresses.length} addresses, the last ${addresses.at(-1) ?? ''}` : addresses.length === 1 ? ` from ${addresses[0] ?? ''}` : '';
  const source = file ?? (material.suspects.length === 0 ? 'a source' : `a source of ${material.suspects.join(' or ')} (the log does not say which; V=s does)`);
  return `${source} could not be fetched${places}${reason === undefined ? '' : `: ${reason}`}${local === undefined ? '' : `; it is not in ${local} either`}`;
}

function tellUnknown({ failing: { chain, failed }, line, suspects }: Material): string {
  const [inner] = chain;
  const what = failed === undefined ? 'make' : describeFailed(failed);
  const where = inner === undefined ? '' : ` at ${inner.target}${inner.how === '' ? '' : ` (${inner.how})`}`;
  return inner !== undefined && inner.line !== line
    ? `${what} failed${where}, and nothing before it says why`
    : `${what} failed${where}, and the log does not say why${suspects.length === 0 ? '' : ` (it was in ${suspects.join(', ')})`}: build it alone with V=s`;
}

function missedNames({ library, subject }: Readonly<Record<string, string | undefined>>): readonly string[] {
  if (library !== undefined) return [`lib${library}.so`, `lib${library}.a`];
  return subject === undefined ? [] : [baseName(subject)];
}

function remedyOfPackage(remedies: readonly Remedy[], path: string | undefined): string | undefined {
  return [...remedies, ...knownRemedies].find((one) => !one.signature && isMeantFor(one, path))?.name;
}

type Verdict = Pick<Finding, 'kind' | 'message' | 'retry'> & { subject?: string | undefined; mayRace: boolean };

function verdictOf(material: Material): Verdict {
  const { failing, cause } = material;
  const file = fileOf(failing);
  if (!cause) {
    if (failing.stage === 'download') return { kind: 'download', message: tellDownload(file, material), retry: 'later', subject: file, mayRace: false };
    return { kind: 'unknown', message: tellUnknown(material), retry: 'never', mayRace: failing.failed !== undefined };
  }
  const { signature, captured, remedy, text, following } = cause.first;
  if (remedy) return { kind: 'known-signature', message: `the failure that the remedy ${remedy.name} is for`, retry: 'never', subject: remedy.name, mayRace: false };
  if (signature.kind === 'download') {
    const subject = file ?? captured['subject'];
    return { kind: 'download', message: tellDownload(subject, material), retry: 'later', subject, mayRace: false };
  }
  const retry = signature.kind === 'git' && isAboutNetwork(text) ? 'later' : signature.retry;
  const subject = captured['subject'] ?? captured['library'] ?? captured['file'] ?? (signature.kind === 'download-hash' ? file : undefined);
  return { kind: signature.kind, message: signature.tell(captured, following), retry, subject, mayRace: signature.mayRace === true };
}

function partsOf({ failing: { chain }, text, cause, before }: Material): ExcerptParts {
  return { cause, before: cause ? [] : before, chain: chain.slice(0, 1).map((one) => one.text), failure: text };
}

/** Makes a finding of a failure and its cause. */
export function explain(material: Material): Draft {
  const { failing, cause, line, remedies } = material;
  const { mayRace, subject, ...verdict } = verdictOf(material);
  const { path, part, variant } = failing.failed ?? {};
  const remedy = cause?.first.remedy?.name ?? remedyOfPackage(remedies, path);
  return {
    mayRace,
    missed: mayRace && cause ? missedNames(cause.first.captured) : [],
    finding: {
      ...verdict,
      severity: 'error',
      ...(path !== undefined && { package: path }),
      ...(part !== undefined && { part }),
      ...(variant !== undefined && { variant }),
      stage: verdict.kind === 'image-too-large' ? 'image' : (failing.stage ?? 'compile'),
      line: cause?.first.line ?? failing.chain[0]?.line ?? line,
      excerpt: excerptOf(partsOf(material)),
      ...(remedy !== undefined && { remedy }),
      ...(subject !== undefined && { subject }),
    },
  };
}
