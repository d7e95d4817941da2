import { Failure } from '../core/failure.js';
import type { CommandResult } from './command.js';
import { answerFailure } from './failure-answer.js';
import { answered, chooseCommand, type Chosen } from './program.js';
import { listenForSignals } from './signals.js';
import { version } from './version.js';

/** The version of every JSON document on stdout. */
export const schemaVersion = 1;

function printResult(result: CommandResult, json: boolean): void {
  const text = json ? JSON.stringify({ schemaVersion, ...result.json }) : result.text;
  if (text !== '') process.stdout.write(`${text}\n`);
}

async function perform({ module, args, options, global }: Chosen): Promise<number> {
  const { exitCodes } = await import('../core/exit-codes.js');
  const { openFace } = await import('./faces.js');
  const { openContext } = await import('./context.js');
  const face = await openFace(global, { stderr: process.stderr, env: process.env });
  const { signal, stop } = listenForSignals((message) => { face.emit({ type: 'warning', message }); }); // prettier-ignore
  try {
    const result = await module.run(openContext(global, face.emit, signal, version), args, options);
    await face.close();
    printResult(result, global.json);
    return exitCodes[result.exit ?? 'done'].number;
  } finally {
    stop();
    await face.close();
  }
}

/** A reader that went away (`otb … | head`) is no error of ours. */
function leaveQuietlyOnBrokenPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

/**
 * Runs one command line.
 *
 * @param argv the words after the program's name
 * @returns what to exit with
 */
export async function main(argv: readonly string[]): Promise<number> {
  leaveQuietlyOnBrokenPipe();
  process.umask(0o022);
  try {
    const chosen = chooseCommand(argv, version);
    return chosen === answered ? 0 : await perform(chosen);
  } catch (error) {
    const failure = error instanceof Failure ? error : undefined;
    answerFailure(error, { json: argv.includes('--json'), verbose: argv.includes('--verbose') });
    return failure?.exitNumber ?? 1;
  }
}
