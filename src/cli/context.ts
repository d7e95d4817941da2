import { quoteCommand } from '../core/shell.js';
import { dryRunner } from '../effects/dry-runner.js';
import { localRunner } from '../effects/local-runner.js';
import type { Emit } from '../report/events.js';
import type { CommandContext, GlobalOptions } from './command.js';

/** Real effects for a command, or under `--dry-run` a runner that shows what it would run. */
export function openContext(options: GlobalOptions, emit: Emit, signal: AbortSignal, version: string): CommandContext {
  const show = dryRunner(localRunner, ({ file, args, cwd }) => {
    emit({ type: 'command-planned', command: quoteCommand([file, ...args]), ...(cwd !== undefined && { cwd }) });
  });
  return { options, emit, signal, version, runner: options.dryRun ? show : localRunner };
}
