import { quoteCommand } from '../core/shell.js';
import { dryRunner } from '../effects/dry-runner.js';
import { localRunner } from '../effects/local-runner.js';
import type { Face } from '../report/face.js';
import type { CommandContext, GlobalOptions } from './command.js';

/** Real effects for a command, or under `--dry-run` a runner that shows what it would run. */
export function openContext(options: GlobalOptions, face: Face, signal: AbortSignal, version: string): CommandContext {
  const { emit } = face;
  const show = dryRunner(localRunner, ({ file, args, cwd }) => {
    emit({ type: 'command-planned', command: quoteCommand([file, ...args]), ...(cwd !== undefined && { cwd }) });
  });
  return { options, emit, settle: () => face.close(), signal, version, runner: options.dryRun ? show : localRunner };
}
