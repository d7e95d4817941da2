import { exitCodes, type ExitName } from './exit-codes.js';

/** A place in a text file, counted from 1, as editors do. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** One of several things that are wrong in a file. */
export interface PlacedProblem {
  place: Place;
  /** Where in the data, as `devices[0].name`; empty for the whole file. */
  path: string;
  message: string;
  hint?: string;
}

/** What a {@link Failure} may carry beside its message. */
export interface FailureDetails {
  /** How otb ends; see {@link exitCodes}. */
  code: ExitName;
  /** What the user can do about it, as an imperative sentence. */
  hint?: string;
  /** Where the problem stands, when it stands in a file. */
  place?: Place;
  /** Lines worth reading before the message: the end of a log, a list of problems. */
  lines?: readonly string[];
  /** Every single problem, when there are several; `lines` tells them to people. */
  problems?: readonly PlacedProblem[];
  /** What `--json` prints beside `error`. */
  document?: Readonly<Record<string, unknown>>;
  cause?: unknown;
}

/**
 * Something went wrong that the user can act on. Anything else that is thrown is a bug in otb, and is
 * reported as one.
 */
export class Failure extends Error {
  readonly code: ExitName;
  readonly hint: string | undefined;
  readonly place: Place | undefined;
  readonly lines: readonly string[];
  readonly problems: readonly PlacedProblem[];
  readonly document: Readonly<Record<string, unknown>>;

  constructor(message: string, details: FailureDetails) {
    super(message, { cause: details.cause });
    this.name = 'Failure';
    this.code = details.code;
    this.hint = details.hint;
    this.place = details.place;
    this.lines = details.lines ?? [];
    this.problems = details.problems ?? [];
    this.document = details.document ?? {};
  }

  /** The number otb exits with. */
  get exitNumber(): number {
    return exitCodes[this.code].number;
  }
}

/** The user (SIGINT) or the system (SIGTERM, SIGHUP) asked otb to stop. */
export class Interrupted extends Failure {
  /** Which signal asked. */
  readonly signalName: 'SIGINT' | 'SIGTERM' | 'SIGHUP';

  constructor(signalName: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    super(signalName === 'SIGINT' ? 'interrupted' : 'terminated', {
      code: signalName === 'SIGINT' ? 'interrupted' : 'terminated',
    });
    this.name = 'Interrupted';
    this.signalName = signalName;
  }
}

/** The message of anything that can be thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
