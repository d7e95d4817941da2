import { Interrupted } from '../core/failure.js';
import { exitCodes } from '../core/exit-codes.js';
import { killAllGroups } from '../effects/process-group.js';

/**
 * Turns the first SIGINT, SIGTERM or SIGHUP into an abort with an {@link Interrupted} as its reason. A second one
 * kills every child at once and leaves.
 *
 * @param say tells the user at once that otb heard
 * @param leave called before otb leaves at once: the terminal must be usable
 * @returns the signal to hand around, and how to stop listening
 */
export function listenForSignals(
  say: (text: string) => void,
  leave: () => void,
): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  const heard = (signalName: NodeJS.Signals) => {
    const reason = new Interrupted(signalName as Interrupted['signalName']);
    if (controller.signal.aborted) {
      killAllGroups();
      leave();
      process.exit(exitCodes[reason.code].number);
    }
    say(signalName === 'SIGINT' ? 'Stopping… (Ctrl-C again stops at once)' : 'Stopping…');
    controller.abort(reason);
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, heard);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of names) process.off(name, heard);
    },
  };
}
