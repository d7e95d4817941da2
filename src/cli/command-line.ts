import { Failure } from '../core/failure.js';
import type { CommandResult } from './command.js';
import { outliveReader } from './outlive-reader.js';
import { answered, chooseCommand, type Chosen } from './program.js';

/** The version of every JSON document on stdout. */
const schemaVersion = 1;

function printResult(result: CommandResult, json: boolean): void {
  const text = json ? JSON.stringify({ schemaVersion, ...result.json }) : result.text;
  if (text !== '') process.stdout.write(`${text}\n`);
}

async function perform({ module, args, options, global }: Chosen, version: string): Promise<number> {
  const { exitCodes } = await import('../core/exit-codes.js');
  const { openFace } = await import('./faces.js');
  const { openContext } = await import('./context.js');
  const { listenForSignals } = await import('./signals.js');
  const face = await openFace(global, { stderr: process.stderr, env: process.env });
  const { signal, stop } = listenForSignals(
    (message) => {
      face.emit({ type: 'warning', message });
    },
    () => {
      face.restore?.();
    },
  );
  try {
    const result = await module.run(openContext(global, face, signal, version), args, options);
    await face.close();
    printResult(result, global.json);
    return exitCodes[result.exit ?? 'done'].number;
  } finally {
    stop();
    await face.close();
  }
}

/**
 * Runs one command line.
 *
 * @param argv the words after the program's name
 * @param version what otb says when it is asked for its version
 * @returns what to exit with
 */
export async function runCommandLine(argv: readonly string[], version: string): Promise<number> {
  outliveReader(process.stderr);
  try {
    const chosen = chooseCommand(argv, version);
    return chosen === answered ? 0 : await perform(chosen, version);
  } catch (error) {
    const { answerFailure } = await import('./failure-answer.js');
    answerFailure(error, { json: argv.includes('--json'), verbose: argv.includes('--verbose') });
    return error instanceof Failure ? error.exitNumber : 1;
  }
}
