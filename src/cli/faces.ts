import { randomUUID } from 'node:crypto';
import type { Face } from '../report/face.js';
import type { GlobalOptions } from './command.js';

/** What decides, beside the options, how events are shown. */
interface Seen {
  stderr: { isTTY: boolean };
  env: Readonly<Record<string, string | undefined>>;
}

/** Where events are shown, and what decides how. */
export interface Surroundings extends Seen {
  stderr: NodeJS.WriteStream;
}

/** The names of the faces. */
export type FaceName = 'json' | 'github' | 'plain' | 'tty';

/** True when colour is wanted: a terminal that can, no NO_COLOR, no `--no-color`; FORCE_COLOR overrules the terminal. */
export function wantsColor({ color }: Pick<GlobalOptions, 'color'>, { stderr, env }: Seen): boolean {
  if (!color || (env['NO_COLOR'] ?? '') !== '') return false;
  if ((env['FORCE_COLOR'] ?? '') !== '') return env['FORCE_COLOR'] !== '0';
  return stderr.isTTY && env['TERM'] !== 'dumb';
}

/** Which face shows the events: nothing moves when stderr is no terminal, or in CI. */
export function chooseFace({ json, quiet, verbose }: GlobalOptions, { stderr, env }: Seen): FaceName {
  if (json) return 'json';
  if (env['GITHUB_ACTIONS'] === 'true' && !quiet) return 'github';
  const moving = stderr.isTTY && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '';
  return moving && !quiet && !verbose ? 'tty' : 'plain';
}

async function githubSummary(env: Surroundings['env']): Promise<((markdown: string) => Promise<void>) | undefined> {
  const path = env['GITHUB_STEP_SUMMARY'];
  if (path === undefined || path === '') return undefined;
  const { appendFile } = await import('node:fs/promises');
  // The summary is a courtesy: a job does not fail because the runner takes none.
  return (markdown) => appendFile(path, markdown).catch(() => undefined);
}

/** Makes the face; each one's module is loaded only when it is the one. */
export async function openFace(options: GlobalOptions, surroundings: Surroundings): Promise<Face> {
  const now = () => performance.now();
  const { stderr } = surroundings;
  switch (chooseFace(options, surroundings)) {
    case 'json':
      return (await import('../report/json.js')).jsonFace(stderr);
    case 'github': {
      const appendSummary = await githubSummary(surroundings.env);
      const { githubFace } = await import('../report/github.js');
      return githubFace(stderr, { fence: randomUUID(), ...(appendSummary && { appendSummary }) });
    }
    case 'tty':
      return (await import('../report/tty.js')).ttyFace({
        stream: stderr,
        color: wantsColor(options, surroundings),
        now,
      });
    case 'plain':
      return (await import('../report/plain.js')).plainFace(stderr, {
        quiet: options.quiet,
        verbose: options.verbose,
        now,
      });
  }
}
