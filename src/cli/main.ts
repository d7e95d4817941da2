import { Failure } from '../core/failure.js';
import type { CommandResult } from './command.js';
import type { Chosen } from './program.js';
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
  const { listenForSignals } = await import('./signals.js');
  const face = await openFace(global, { stderr: process.stderr, env: process.env });
  const { signal, stop } = listenForSignals(
    (message) => { face.emit({ type: 'warning', message }); },
    () => { face.restore?.(); },
  ); // prettier-ignore
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

/** A reader that went away (`otb … | head`), or a terminal that was closed, is no error of ours. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
}

/**
 * Runs one command line.
 *
 * @param argv the words after the program's name
 * @returns what to exit with
 */
export async function main(argv: readonly string[]): Promise<number> {
  outliveReaders();
  process.umask(0o022);
  // The one answer that is asked for in a hurry, by scripts: without reading the command line's grammar.
  if (argv.length === 1 && argv[0] === '--version') {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  try {
    const { answered, chooseCommand } = await import('./program.js');
    const chosen = chooseCommand(argv, version);
    return chosen === answered ? 0 : await perform(chosen);
  } catch (error) {
    const { answerFailure } = await import('./failure-answer.js');
    answerFailure(error, { json: argv.includes('--json'), verbose: argv.includes('--verbose') });
    return error instanceof Failure ? error.exitNumber : 1;
  }
}
