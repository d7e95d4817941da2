import { Command, CommanderError } from 'commander';
import { exitCodes } from '../core/exit-codes.js';
import { Failure } from '../core/failure.js';
import type { CommandModule, GlobalOptions } from './command.js';
import { commands } from './commands/index.js';

/** Something to do, found in argv. */
export interface Chosen {
  module: CommandModule;
  args: readonly unknown[];
  options: Readonly<Record<string, unknown>>;
  global: GlobalOptions;
}

/** Argv asked for text only (`--help`, `--version`), which has been printed already. */
export const answered = 'answered';

/** The table of `otb help exit-codes`. */
function exitCodesText(): string {
  return Object.values(exitCodes)
    .map(({ number, meaning }) => `${String(number).padStart(5)}  ${meaning}`)
    .join('\n');
}

function globalOptionsOf(values: Readonly<Record<string, unknown>>): GlobalOptions {
  return {
    config: String(values['config']),
    json: values['json'] === true,
    quiet: values['quiet'] === true,
    verbose: values['verbose'] === true,
    dryRun: values['dryRun'] === true,
    yes: values['yes'] === true,
    color: values['color'] !== false,
    input: values['input'] !== false && process.stdin.isTTY,
  };
}

function addGlobalOptions(program: Command): Command {
  return program
    .option('--config <file>', 'the configuration file', 'otb.yaml')
    .option('--json', 'the result as one JSON document on stdout, events as JSON lines on stderr')
    .option('--quiet', 'warnings and errors only')
    .option('--verbose', "foreign programs' output too, and stack traces")
    .option('--dry-run', 'show every command that would change something, run only those that look')
    .option('--yes', 'take every safe default without asking')
    .option('--no-input', 'never ask; fail where an answer would be needed')
    .option('--no-color', 'no colour (also with NO_COLOR set)');
}

function addCommand(parent: Command, module: CommandModule, choose: (chosen: Chosen) => void): void {
  const examples = module.examples.map((line) => `  $ otb ${line}`).join('\n');
  const command = module.describe(parent.command(module.name));
  command.addHelpText('after', `\nExamples:\n${examples}`);
  command.action((...given: unknown[]) => {
    const args = given.slice(0, -2);
    choose({ module, args, options: command.opts(), global: globalOptionsOf(command.optsWithGlobals()) });
  });
  for (const below of module.commands ?? []) addCommand(command, below, choose);
}

function printHelp(program: Command, topic: string | undefined): void {
  if (topic === 'exit-codes') {
    process.stdout.write(`${exitCodesText()}\n`);
    return;
  }
  const command = topic === undefined ? program : program.commands.find((one) => one.name() === topic);
  if (!command) {
    throw new Failure(`there is no help for "${String(topic)}"`, { code: 'usage', hint: 'See `otb --help`.' });
  }
  command.outputHelp();
}

function addHelpCommand(program: Command): void {
  program
    .command('help [topic]')
    .description('help for a command, or `exit-codes`')
    .addHelpText('after', '\nExamples:\n  $ otb help doctor\n  $ otb help exit-codes')
    .action((topic: string | undefined) => {
      printHelp(program, topic);
    });
}

/** Reads argv. Wrong usage is a {@link Failure} with commander's own words (and its "Did you mean"). */
export function chooseCommand(argv: readonly string[], version: string): Chosen | typeof answered {
  let found: Chosen | typeof answered | undefined;
  const complaints: string[] = [];
  const program = addGlobalOptions(new Command('otb'))
    .description('Build, flash, provision and prove a router that bonds internet links.')
    .version(version, '--version', 'the version')
    .helpOption('-h, --help', 'this help')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeErr: (text) => complaints.push(text.trim()),
      outputError: (text) => complaints.push(text.trim()),
    })
    .showSuggestionAfterError()
    .exitOverride();
  for (const module of commands) addCommand(program, module, (chosen) => (found = chosen));
  for (const command of program.commands) command.copyInheritedSettings(program);
  addHelpCommand(program);
  program.addHelpText('after', '\nExamples:\n  $ otb build embedded\n  $ otb doctor --fix\n  $ otb help exit-codes');
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return answered;
    const message = complaints.join(' ').replace(/^error: /, '');
    throw new Failure(message.startsWith('Usage:') ? 'no command was given' : message, {
      code: 'usage',
      hint: 'See `otb --help`.',
    });
  }
  return found ?? answered;
}
