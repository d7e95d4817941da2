import { Failure, messageOf } from '../core/failure.js';
import { workflowCommand } from '../report/workflow-command.js';

/** How a failure is told. */
export interface AnswerOptions {
  json: boolean;
  /** Stack traces too. */
  verbose: boolean;
}

const reportHint = 'This is a bug in otb. Please report it with the command you typed and the output of --verbose.';

function documentOf(error: unknown): object {
  if (!(error instanceof Failure)) return { code: 'bug', message: messageOf(error), hint: reportHint };
  const { code, message, hint, place, lines } = error;
  return {
    code,
    message,
    ...(hint !== undefined && { hint }),
    ...(place && { place }),
    ...(lines.length > 0 && { lines }),
  };
}

function textOf(error: unknown, verbose: boolean): string {
  const failure = error instanceof Failure ? error : undefined;
  const where = failure?.place ? `${failure.place.file}:${failure.place.line}:${failure.place.column}: ` : '';
  const stack = verbose && error instanceof Error ? [error.stack ?? ''] : [];
  const cause =
    verbose && error instanceof Error && error.cause !== undefined ? [`cause: ${messageOf(error.cause)}`] : [];
  const hint = failure ? failure.hint : reportHint;
  const lines = [
    ...(failure?.lines ?? []),
    `error: ${where}${messageOf(error)}`,
    ...(hint === undefined ? [] : [hint]),
    ...stack,
    ...cause,
  ];
  return lines.join('\n');
}

function annotate(error: unknown): void {
  const place = error instanceof Failure ? error.place : undefined;
  const properties = { file: place?.file, line: place?.line, col: place?.column };
  process.stderr.write(`${workflowCommand('error', messageOf(error), properties)}\n`);
}

/** Tells how otb failed: with `--json` as a document on stdout, and always as text on stderr (an annotation in GitHub Actions). */
export function answerFailure(error: unknown, { json, verbose }: AnswerOptions): void {
  if (json) process.stdout.write(`${JSON.stringify({ schemaVersion: 1, error: documentOf(error) })}\n`);
  process.stderr.write(`${textOf(error, verbose || (process.env['OTB_DEBUG'] ?? '') !== '')}\n`);
  if (process.env['GITHUB_ACTIONS'] === 'true') annotate(error);
}
