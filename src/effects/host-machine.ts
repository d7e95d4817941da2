import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Runner } from './runner.js';

/** The machine, its system and the user who runs otb. */
export interface MachineFacts {
  /** Memory that can be had without swapping, in bytes. */
  availableBytes: number;
  cores: number;
  nodeVersion: string;
  /** `PRETTY_NAME` of os-release. */
  system: string;
  /** `ID` and `ID_LIKE` of os-release: `debian`, `fedora`, … */
  families: readonly string[];
  isRoot: boolean;
  /** The mask of the shell that started otb; absent when it cannot be read. */
  umask?: number;
  /** How many files one process may hold open; absent when unlimited or unreadable. */
  openFiles?: number;
  /** PATH as the user has it, before otb cleans it. */
  path: string;
}

/** What the running kernel lets us do. */
export interface KernelFacts {
  hasMptcp: boolean;
  /** Network and mount namespaces, as this user. */
  hasNamespaces: boolean;
  hasLoopDevices: boolean;
  hasKvm: boolean;
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** `NAME=value` lines of os-release; quotes are taken off. */
function parseOsRelease(text: string): Record<string, string> {
  const lines = text.split('\n').map((line) => /^([A-Z_]+)=(['"]?)(.*)\2$/.exec(line.trim()));
  return Object.fromEntries(lines.flatMap((match) => (match ? [[match[1] ?? '', match[3] ?? '']] : [])));
}

function numberAfter(text: string, pattern: RegExp, base = 10): number | undefined {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, base);
}

/** Reads what is true of the machine whatever is asked for. */
export async function readMachineFacts(): Promise<MachineFacts> {
  const [memory, release, parent, limits] = await Promise.all([
    readText('/proc/meminfo'),
    readText('/etc/os-release'),
    // otb sets its own mask at the start; the user's is that of the shell.
    readText(`/proc/${process.ppid}/status`),
    readText('/proc/self/limits'),
  ]);
  const { ID: id = '', ID_LIKE: like = '', PRETTY_NAME: name = 'unknown' } = parseOsRelease(release);
  const umask = numberAfter(parent, /^Umask:\s+([0-7]+)/m, 8);
  const openFiles = numberAfter(limits, /^Max open files\s+(\d+)/m);
  return {
    availableBytes: (numberAfter(memory, /^MemAvailable:\s+(\d+) kB/m) ?? 0) * 1024,
    cores: availableParallelism(),
    nodeVersion: process.versions.node,
    system: name,
    families: [id, ...like.split(' ')].filter((family) => family !== ''),
    isRoot: process.getuid?.() === 0,
    ...(umask !== undefined && { umask }),
    ...(openFiles !== undefined && { openFiles }),
    path: process.env['PATH'] ?? '',
  };
}

async function canUnshare(runner: Runner): Promise<boolean> {
  try {
    const invocation = { file: 'unshare', args: ['--net', '--mount', 'true'], readOnly: true, timeoutMs: 10_000 };
    return (await runner.run(invocation)).exitCode === 0;
  } catch {
    return false;
  }
}

/** Asks the kernel. Namespaces are tried, because a sandbox may forbid what the kernel has. */
export async function readKernelFacts(runner: Runner): Promise<KernelFacts> {
  return {
    hasMptcp: existsSync('/proc/sys/net/mptcp/enabled'),
    hasNamespaces: await canUnshare(runner),
    hasLoopDevices: existsSync('/dev/loop-control'),
    hasKvm: existsSync('/dev/kvm'),
  };
}
