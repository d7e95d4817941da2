import { Failure } from '../core/failure.js';
import type { Runner } from '../effects/runner.js';

/** What one look at a router over SSH tells. */
export interface Look {
  release: string;
  kernel: string;
  hostname: string;
  /** Seconds since the kernel started. */
  uptime: number;
  /** True when `net.mptcp.enabled` is 1. */
  mptcp: boolean;
  /** What `ip mptcp limits` prints. */
  mptcpLimits: string;
  /** Installed packages. */
  packages: number;
  /** MiB. */
  memoryTotal: number;
  memoryFree: number;
  /** The LAN's state as `ifstatus lan` prints it. */
  lan: { up: boolean; address: string | undefined; device: string | undefined };
}

/** A second on a router; an emulated one on a busy machine has been seen to take a minute for a login alone. */
const lookLimitMs = 600_000;

/** Every part behind a line of its own, so that one round trip brings all of them. */
const parts = {
  release: '. /etc/os-release; echo "$PRETTY_NAME"',
  kernel: 'uname -r',
  hostname: 'cat /proc/sys/kernel/hostname',
  uptime: 'cat /proc/uptime',
  mptcp: 'cat /proc/sys/net/mptcp/enabled',
  limits: 'ip mptcp limits',
  packages: 'grep -c ^Package: /usr/lib/opkg/status',
  memory: 'grep -E "^(MemTotal|MemAvailable):" /proc/meminfo',
  lan: 'ifstatus lan',
} as const;

const script = Object.entries(parts)
  .map(([name, command]) => `echo "@@ ${name}"; ${command}`)
  .join('\n');

/** Splits the output of the look into its parts. */
function sections(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const section of text.split(/^@@ /m).slice(1)) {
    const end = section.indexOf('\n');
    found.set(section.slice(0, end), section.slice(end + 1).trim());
  }
  return found;
}

interface InterfaceStatus {
  up?: boolean;
  l3_device?: string;
  'ipv4-address'?: { address: string; mask: number }[];
}

function parseStatus(text: string): InterfaceStatus {
  try {
    return JSON.parse(text) as InterfaceStatus;
  } catch {
    return {};
  }
}

/** Reads the output of the look. A part that did not answer is empty, zero or false. */
export function parseLook(text: string): Look {
  const found = sections(text);
  const part = (name: keyof typeof parts) => found.get(name) ?? '';
  const memory = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(part('memory'))?.[1] ?? 0) / 1024;
  const status = parseStatus(part('lan'));
  const address = status['ipv4-address']?.[0];
  return {
    release: part('release'),
    kernel: part('kernel'),
    hostname: part('hostname'),
    uptime: Number(part('uptime').split(' ')[0]),
    mptcp: part('mptcp') === '1',
    mptcpLimits: part('limits'),
    packages: Number(part('packages')),
    memoryTotal: Math.round(memory('MemTotal')),
    memoryFree: Math.round(memory('MemAvailable')),
    lan: { up: status.up === true, address: address && `${address.address}/${address.mask}`, device: status.l3_device },
  };
}

/** Looks at a router. */
export async function lookAt(inside: Runner, signal: AbortSignal): Promise<Look> {
  const { exitCode, stdout, stderr } = await inside.run(
    { file: 'sh', args: ['-c', script], readOnly: true, timeoutMs: lookLimitMs },
    { signal },
  );
  if (exitCode === 255 || exitCode === null) {
    throw new Failure('the router did not answer over SSH', { code: 'unreachable', lines: stderr.trim().split('\n') });
  }
  return parseLook(stdout);
}

/** The look as a table for people. */
export function lookText(look: Look): string {
  const rows: [string, string][] = [
    ['release', look.release],
    ['kernel', look.kernel],
    ['host name', look.hostname],
    ['uptime', `${Math.round(look.uptime)} s`],
    ['memory', `${look.memoryFree} of ${look.memoryTotal} MiB free`],
    ['packages', String(look.packages)],
    ['MPTCP', look.mptcp ? `on, limits: ${look.mptcpLimits}` : 'OFF'],
    ['LAN', look.lan.up ? `${look.lan.address ?? 'no address'} on ${look.lan.device ?? '?'}` : 'DOWN'],
  ];
  return rows.map(([name, value]) => `${name.padEnd(10)} ${value}`).join('\n');
}
