import { randomUUID } from 'node:crypto';
import { Failure, messageOf, type Place, type PlacedProblem } from '../core/failure.js';
import { plainLine } from '../core/terminal-text.js';
import { fenceText, workflowCommand } from '../report/workflow-command.js';

/** How a failure is told. */
export interface AnswerOptions {
  json: boolean;
  /** Stack traces too. */
  verbose: boolean;
}

const reportHint = 'This is a bug in otb. Please report it with the command you typed and the output of --verbose.';

/** A problem for programs: its place spread out. */
export function problemDocument({ place, path, message, hint }: PlacedProblem): object {
  return { ...place, path, message, ...(hint !== undefined && { hint }) };
}

function documentOf(error: unknown): object {
  if (!(error instanceof Failure)) return { code: 'bug', message: messageOf(error), hint: reportHint };
  const { code, message, hint, place, lines, problems } = error;
  return {
    code,
    message,
    ...(hint !== undefined && { hint }),
    ...(place && { place }),
    ...(lines.length > 0 && { lines }),
    ...(problems.length > 0 && { problems: problems.map(problemDocument) }),
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
  // Messages and lines quote foreign programs: what they hold must not act on the terminal.
  return lines.flatMap((text) => text.split('\n').map(plainLine)).join('\n');
}

function annotation(message: string, place?: Place): string {
  return workflowCommand('error', message, { file: place?.file, line: place?.line, col: place?.column });
}

/** One annotation for each problem, or one for the failure. */
function annotations(error: unknown): string {
  const { problems = [], place } = error instanceof Failure ? error : {};
  if (problems.length === 0) return annotation(messageOf(error), place);
  return problems
    .map(({ path, message, hint, place: at }) => {
      const what = path === '' ? message : `${path}: ${message}`;
      return annotation(hint === undefined ? what : `${what}; ${hint}`, at);
    })
    .join('\n');
}

/**
 * Tells how otb failed. For people as text on stderr, in GitHub Actions with an annotation. With `--json` as one
 * document on stdout, and as one line on stderr, where every line is JSON then.
 */
export function answerFailure(error: unknown, { json, verbose }: AnswerOptions): void {
  if (json) {
    const extra = error instanceof Failure ? error.document : {};
    process.stdout.write(`${JSON.stringify({ schemaVersion: 1, ...extra, error: documentOf(error) })}\n`);
    process.stderr.write(`${JSON.stringify({ type: 'failed', error: documentOf(error) })}\n`);
    return;
  }
  const text = textOf(error, verbose || (process.env['OTB_DEBUG'] ?? '') !== '');
  if (process.env['GITHUB_ACTIONS'] === 'true') {
    process.stderr.write(`${fenceText(text, randomUUID())}\n${annotations(error)}\n`);
  } else {
    process.stderr.write(`${text}\n`);
  }
}
