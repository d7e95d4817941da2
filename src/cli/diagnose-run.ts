import { Diagnosis } from '../build/diagnose/diagnosis.js';
import { LogSieve } from '../build/diagnose/sieve.js';
import { tellReport } from '../build/diagnose/tell.js';
import { remedyOf, type Remedy } from '../build/remedies/remedy.js';
import { Failure } from '../core/failure.js';
import { readLog } from '../effects/read-log.js';
import type { CommandContext, CommandResult } from './command.js';

/** A broken otb.yaml is no reason not to read a log; a missing one is none to speak of. */
async function writtenRemedies({ options, emit }: CommandContext): Promise<readonly Remedy[]> {
  const { existsSync } = await import('node:fs');
  if (!existsSync(options.config) && options.config === 'otb.yaml') return [];
  const { loadConfig } = await import('./load-config.js');
  try {
    return (await loadConfig(options.config)).build.remedies.map(remedyOf);
  } catch (error) {
    if (!(error instanceof Failure) || !existsSync(options.config)) throw error;
    emit({ type: 'warning', message: `the remedies of ${options.config} are left out: ${error.message}` });
    return [];
  }
}

/** `otb build diagnose LOG`. A log that shows neither success nor failure is no failure: it exits with 0. */
export async function runDiagnose(context: CommandContext, log: string): Promise<CommandResult> {
  const diagnosis = new Diagnosis({ remedies: await writtenRemedies(context) });
  const sieve = new LogSieve(diagnosis);
  await readLog(
    log,
    (chunk) => {
      sieve.push(chunk);
    },
    context.signal,
  );
  sieve.end();
  const report = diagnosis.end();
  return {
    text: tellReport(report, log === '-' ? 'stdin' : log),
    json: { ...report },
    ...(report.outcome === 'failed' && { exit: 'build' as const }),
  };
}
