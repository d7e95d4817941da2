import { Failure } from '../../core/failure.js';
import { quoteWord } from '../../core/shell.js';
import { formatBytes } from '../../core/units.js';
import { installerWarning } from '../../flash/image/own-installer.js';
import { stateText } from '../../flash/write/target.js';
import type { CommandContext, CommandResult } from '../command.js';
import type { Prepared } from './flash-run.js';
import type { FlashOutcome } from './flash-write.js';

function failureText(failure: unknown): string {
  return failure instanceof Failure ? failure.message : String(failure);
}

function lineOf({ disk, failure, figures, expanded, state }: FlashOutcome, path: string): string {
  if (failure !== undefined) return `${path}: FAILED: ${failureText(failure)}. ${stateText(disk, state)}`;
  const { written, same, zeroed } = figures;
  const parts = [
    `${formatBytes(written)} written`,
    ...(same > 0 ? [`${formatBytes(same)} were there already`] : []),
    ...(zeroed > 0
      ? [`${formatBytes(zeroed)} of zeros ${disk.kind === 'file' ? 'left out' : 'made by the disk'}`]
      : []),
    disk.isDirect ? 'read back from the medium' : 'read back through the cache',
    ...(expanded === undefined ? [] : [expanded]),
  ];
  return `${path}: ${parts.join(', ')}`;
}

function documentOf({ disk, failure, figures, state, writeMs, proveMs, expanded }: FlashOutcome, path: string) {
  return {
    path,
    state,
    isVerified: failure === undefined,
    readBack: disk.isDirect ? 'direct' : 'cached',
    writtenBytes: figures.written,
    sameBytes: figures.same,
    zeroedBytes: figures.zeroed,
    writeMs: Math.round(writeMs),
    verifyMs: Math.round(proveMs),
    ...(expanded !== undefined && { expanded }),
    ...(failure !== undefined && { error: failureText(failure) }),
  };
}

function previewOf({ image, targets, options }: Prepared): string {
  const where = options.toFile ?? targets.map(({ word }) => word).join(' and ');
  const confirms = targets.map(({ word }) => ` --confirm=${quoteWord(word)}`).join('');
  const names = targets.map(({ word }) => ` ${quoteWord(word)}`).join('');
  const to = options.toFile === undefined ? names : ` --to-file ${quoteWord(options.toFile)}`;
  const expand = options.isExpanding ? ' --expand' : '';
  return `would write ${image.path} to ${where}; nothing was written. As root:\n  otb flash ${quoteWord(image.path)}${to}${expand}${confirms}`;
}

/** What `otb flash` hands back; a disk that failed among others makes it a failure, which has all of it. */
export function flashResult(
  context: CommandContext,
  prepared: Prepared,
  outcomes: readonly FlashOutcome[],
): CommandResult {
  const { image, checked, options } = prepared;
  const facts = {
    path: image.path,
    format: image.format,
    bytes: checked.size,
    sha256: checked.sha256,
    trust: checked.trust,
  };
  if (context.options.dryRun) return { text: previewOf(prepared), json: { image: facts, disks: [], dryRun: true } };
  const pathOf = ({ disk }: FlashOutcome) => options.toFile ?? disk.path;
  const lines = outcomes.map((outcome) => lineOf(outcome, pathOf(outcome)));
  const json = { image: facts, disks: outcomes.map((outcome) => documentOf(outcome, pathOf(outcome))) };
  const failed = outcomes.filter(({ failure }) => failure !== undefined);
  const [{ failure } = { failure: undefined }] = failed;
  if (failed.length > 0) {
    throw new Failure(`${failed.length} of ${outcomes.length} disks could not be written`, {
      code: failure instanceof Failure ? failure.code : 'verification',
      lines,
      document: json,
      cause: failure,
    });
  }
  const warning =
    checked.installer === undefined || options.toFile !== undefined ? [] : installerWarning(checked.installer);
  return { text: [...lines, ...warning].join('\n'), json: { ...json, ...(warning.length > 0 && { warning }) } };
}
