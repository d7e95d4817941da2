import type { Command } from 'commander';
import type { ExitName } from '../core/exit-codes.js';
import type { Emit } from '../report/events.js';
import type { Runner } from '../effects/runner.js';

/** The options every command takes. */
export interface GlobalOptions {
  /** Path of `otb.yaml`, as given or the default. */
  config: string;
  json: boolean;
  quiet: boolean;
  verbose: boolean;
  dryRun: boolean;
  yes: boolean;
  /** False with `--no-color`; NO_COLOR and the terminal have their say, too. */
  color: boolean;
  /** False with `--no-input`, and when stdin is no terminal: nothing may be asked then. */
  input: boolean;
}

/** What a command works with. */
export interface CommandContext {
  options: GlobalOptions;
  emit: Emit;
  /** Resolves when everything emitted so far is shown: before something is asked on the terminal. */
  settle: () => Promise<void>;
  /** Fires with an `Interrupted` when otb is to stop. */
  signal: AbortSignal;
  /** Runs commands; under `--dry-run` it only shows the ones that change something. */
  runner: Runner;
  /** otb's own version. */
  version: string;
}

/** What a command hands back. The text goes to stdout, or with `--json` the document. */
export interface CommandResult {
  /** For people; no line end at its end. */
  text: string;
  /** For programs; `schemaVersion` is added to it. */
  json: Readonly<Record<string, unknown>>;
  /** How otb ends when it is not simply done; `changes`, for instance. */
  exit?: ExitName;
}

/** One command: words for commander, and what it does. Its heavy modules are imported inside `run`. */
export interface CommandModule {
  name: string;
  /** Adds description, arguments and options. */
  describe(command: Command): Command;
  /** At least two lines for `--help`, without the leading `otb `. */
  examples: readonly string[];
  /** Commands below it: `otb build diagnose`. A word that names none of them is the command's own argument. */
  commands?: readonly CommandModule[];
  /**
   * @param args the positional arguments in order; a variadic one is an array
   * @param options the command's own options as commander parsed them
   */
  run(
    context: CommandContext,
    args: readonly unknown[],
    options: Readonly<Record<string, unknown>>,
  ): Promise<CommandResult>;
}
