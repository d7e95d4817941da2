import { describeFailed } from '../make-output.js';
import type { DiagnosisReport, Finding, FindingKind } from './finding.js';

const mostWarnings = 5;

/** What to do, where it is more than to read the excerpt. */
const advice: Partial<Readonly<Record<FindingKind, string>>> = {
  'out-of-memory': 'Run it again with fewer jobs (-j), or give the machine more memory.',
  'disk-full': 'Free some space, then run the same command again: make goes on where it stopped.',
  'download-hash': 'Remove the file from dl/ and try again; if it stays so, the source has changed at its place.',
  'missing-feed': 'Update the feed: scripts/feeds update NAME.',
  'missing-dependency': 'Add the feed that has it, or leave out what needs it.',
  'missing-host-tool': "Install it, or build the tree's own tools again: make tools/install.",
  'patch-failed': 'The patch is for another version of the source: refresh or remove it.',
  'dropped-symbol': 'Correct the name, or add the feed that has it.',
  interrupted: 'Run the same command again: make goes on where it stopped.',
};

function rebuild({ package: path, part }: Finding): string {
  const target = `${path ?? 'PACKAGE'}${part === 'host' ? '/host' : ''}`;
  return `It may be a race: build it alone, once: make ${target}/{clean,compile} -j1 V=s`;
}

function nextStep(finding: Finding): string | undefined {
  if (finding.remedy !== undefined) return `There is a remedy for it: ${finding.remedy}.`;
  if (finding.retry === 'alone') return rebuild(finding);
  return advice[finding.kind] ?? (finding.retry === 'later' ? 'The same command may go well later.' : undefined);
}

/** Whose failure it is: the package, or the stage where there is none. */
function ownerOf({ package: path, part, variant, stage }: Finding): string {
  if (path === undefined) return stage;
  return describeFailed({ path, ...(part !== undefined && { part }), ...(variant !== undefined && { variant }) });
}

function tellError(finding: Finding, log: string): string {
  const step = nextStep(finding);
  return [
    `${ownerOf(finding)}: ${finding.kind}: ${finding.message}`,
    `  ${log}:${finding.line}`,
    ...finding.excerpt.map((line) => `    | ${line}`),
    ...(step === undefined ? [] : [`  ${step}`]),
  ].join('\n');
}

function tellWarnings(warnings: readonly Finding[], log: string): string {
  const shown = warnings.slice(0, mostWarnings).map(({ line, message }) => `warning: ${log}:${line}: ${message}`);
  const more = warnings.length - shown.length;
  return [...shown, ...(more > 0 ? [`… and ${more} more warnings; --json has them all`] : [])].join('\n');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function headline({ outcome, findings, omitted }: DiagnosisReport, log: string): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const more = omitted === 0 ? '' : ` (${omitted} more are left out)`;
  if (outcome === 'failed') return `${log} shows ${counted(errors, 'failure')}${more}.`;
  if (outcome === 'succeeded') return `${log} shows success${more}.`;
  return `${log} shows neither success nor failure: nothing in it was recognised as the end of a build${more}.`;
}

/**
 * A report for people: the failures with their lines and what to do, then the warnings.
 *
 * @param log how the log is called
 */
export function tellReport(report: DiagnosisReport, log: string): string {
  const errors = report.findings.filter(({ severity }) => severity === 'error').map((finding) => tellError(finding, log));
  const warnings = report.findings.filter(({ severity }) => severity === 'warning');
  return [...errors, ...(warnings.length > 0 ? [tellWarnings(warnings, log)] : []), headline(report, log)].join('\n\n');
}
