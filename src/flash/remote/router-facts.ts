import { Failure } from '../../core/failure.js';
import type { Invocation, Outcome, Runner } from '../../effects/runner.js';

/** What an upgrade has to know about a running router. */
export interface RouterFacts {
  /** Another one after every start. */
  bootId: string;
  /** `OpenWrt 23.05.5 r24106-10cc5fcd00`, as the system calls itself. */
  version: string;
  /** `x86/64`; empty when it does not say. */
  target: string;
  /** `x86_64` */
  architecture: string;
  hostName: string;
  /** Free in `/tmp`, in bytes. */
  freeTmp: number;
  /** What programs can have, in bytes. */
  freeMemory: number;
  /** Whether it can upgrade itself. */
  hasSysupgrade: boolean;
}

/** Asks everything in one round trip. A constant: nothing of the user's goes into it. */
const question = [
  'echo "boot=$(cat /proc/sys/kernel/random/boot_id)"',
  'echo "host=$(cat /proc/sys/kernel/hostname)"',
  'echo "arch=$(uname -m)"',
  'echo "tmp=$(df -k /tmp | tail -n 1 | tr -s " " | cut -d " " -f 4)"',
  'echo "memory=$(grep ^MemAvailable: /proc/meminfo | tr -dc 0-9)"',
  '[ -x /sbin/sysupgrade ] && echo upgrade=yes',
  '[ -r /etc/openwrt_release ] && . /etc/openwrt_release && echo "version=$DISTRIB_ID $DISTRIB_RELEASE $DISTRIB_REVISION" && echo "target=$DISTRIB_TARGET"',
  'exit 0',
].join('; ');

/** The command that asks. */
const ask: Invocation = { file: 'sh', args: ['-c', question], readOnly: true, timeoutMs: 60_000 };

/** The status ssh itself ends with. */
const sshFailed = 255;

/** True when nobody was reached, or the way there broke. */
export function isUnreachable({ exitCode, timedOut }: Outcome): boolean {
  return exitCode === null || exitCode === sshFailed || timedOut;
}

function parseFacts(text: string): RouterFacts | undefined {
  const values = new Map(
    text.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1).trim()]),
  );
  const bootId = values.get('boot');
  if (bootId === undefined || bootId === '') return undefined;
  return {
    bootId,
    version: values.get('version') ?? '',
    target: values.get('target') ?? '',
    architecture: values.get('arch') ?? '',
    hostName: values.get('host') ?? '',
    freeTmp: Number(values.get('tmp') ?? 0) * 1024,
    freeMemory: Number(values.get('memory') ?? 0) * 1024,
    hasSysupgrade: values.get('upgrade') === 'yes',
  };
}

/** The facts, or undefined while the router does not answer. */
export async function tryRouterFacts(inside: Runner, signal: AbortSignal): Promise<RouterFacts | undefined> {
  const outcome = await inside.run(ask, { signal });
  return outcome.exitCode === 0 ? parseFacts(outcome.stdout) : undefined;
}

/** @throws Failure (unreachable) with ssh's own words */
export async function readRouterFacts(inside: Runner, name: string, signal: AbortSignal): Promise<RouterFacts> {
  const outcome = await inside.run(ask, { signal });
  const facts = outcome.exitCode === 0 ? parseFacts(outcome.stdout) : undefined;
  if (facts) return facts;
  throw new Failure(`${name} did not answer`, {
    code: 'unreachable',
    lines: outcome.stderr.trim().split('\n').slice(-10),
    hint: 'Look whether `ssh` gets there by itself; a host that is not known yet is logged in to once by hand.',
  });
}
