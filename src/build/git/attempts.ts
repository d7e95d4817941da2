import { Failure } from '../../core/failure.js';
import type { Outcome } from '../../effects/runner.js';
import type { Sources } from '../sources.js';
import { lastLines } from '../workbench.js';

/** Waits between the rounds, in milliseconds: as many rounds as there are waits, and one. */
const waits = [1000, 4000];

/** Words of git, curl and ssh about a network or a server that may be better in a moment. */
const passing =
  /Could not resolve host|Temporary failure|Connection (?:refused|reset|timed out|closed)|timed out|Network is unreachable|No route to host|Failed to connect|Couldn't connect|returned error: (?:429|5\d\d)|early EOF|RPC failed|unexpected disconnect|remote end hung up|GnuTLS|SSL_|TLS|unexpectedly closed/i;

/** Another git at work in the same repository: the next round finds it done. */
const contended = /cannot lock ref|Unable to create '.*\.lock'|unable to update local ref/;

/** What is said of a git that was ended for its silence; {@link passing} knows it. */
const hung = 'it timed out: nothing came any more';

/** True when git's words speak of the network, not of what was asked for. */
export function isNetworkTrouble(said: string): boolean {
  return passing.test(said);
}

/** The lines in which git says what went wrong; the last ones when there are none of the kind. */
export function whatGitSaid({ stdout, stderr }: Pick<Outcome, 'stdout' | 'stderr'>): string[] {
  const lines = lastLines(`${stdout}\n${stderr}`);
  const telling = lines.filter((line) => /^(?:fatal|error|remote|ssh|ERROR): /.test(line));
  return (telling.length > 0 ? telling : lines).slice(-5);
}

/** Something to fetch, and where from. */
export interface Fetched {
  /** How people call it: `the build tree`, `the feed "luci"`. */
  what: string;
  /** Tried in this order. */
  urls: readonly string[];
}

interface Try {
  url: string;
  said: string[];
}

function unfetched({ what, urls }: Fetched, tries: readonly Try[], rounds: number, log: string): Failure {
  const network = tries.some(({ said }) => isNetworkTrouble(said.join('\n')));
  const last = tries.slice(-urls.length);
  const times = rounds === 1 ? '' : ` in ${rounds} tries`;
  return new Failure(`${what} could not be fetched from ${urls.join(' or ')}${times}`, {
    code: network ? 'unreachable' : 'build',
    lines: last.flatMap(({ url, said }) => (urls.length === 1 ? said : said.map((line) => `${url}: ${line}`))),
    hint: network
      ? `Look at the network and at the address, or name another place (--source, --feed, build.rewrites). The whole log: ${log}`
      : `Look at the address, or name another place (--source, --feed). The whole log: ${log}`,
  });
}

/**
 * Tries every address in order, round after round while git blames the network, with longer waits between them. What git
 * refuses for another reason (no such repository) is not asked again.
 *
 * @throws {@link Failure} `unreachable` when the network was to blame, else `build`, with git's own words
 */
export async function fetchFromAny(
  fetched: Fetched,
  { pause }: Sources,
  { signal, log }: { signal: AbortSignal; log: string },
  attempt: (url: string) => Promise<Outcome>,
): Promise<void> {
  const tries: Try[] = [];
  for (let round = 0; ; round += 1) {
    let isWorthAnother = false;
    for (const url of fetched.urls) {
      const outcome = await attempt(url);
      if (outcome.exitCode === 0) return;
      const said = whatGitSaid(outcome);
      tries.push({ url, said: outcome.timedOut ? [...said, hung] : said });
      isWorthAnother ||= outcome.timedOut || isNetworkTrouble(outcome.stderr) || contended.test(outcome.stderr);
    }
    const wait = waits[round];
    if (!isWorthAnother || wait === undefined) throw unfetched(fetched, tries, round + 1, log);
    await pause(wait, signal);
  }
}
