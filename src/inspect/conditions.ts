import { formatBytes } from '../core/units.js';
import type { HostFacts } from '../effects/host.js';
import type { Area } from './requirement.js';

const gibibyte = 1024 ** 3;

/** What a condition found. */
export interface Judgement {
  verdict: 'ok' | 'warning' | 'missing';
  reason: string;
  fix?: string;
}

/** Something of the machine that no package brings. */
export interface Condition {
  name: string;
  areas: readonly Area[];
  /** @param asked the areas of this condition that were asked for, at least one */
  judge: (facts: HostFacts, asked: readonly Area[]) => Judgement;
}

function ok(reason: string): Judgement {
  return { verdict: 'ok', reason };
}

function warning(reason: string, fix: string): Judgement {
  return { verdict: 'warning', reason, fix };
}

function missing(reason: string, fix: string): Judgement {
  return { verdict: 'missing', reason, fix };
}

/** Missing where an area asked for cannot do without, a warning elsewhere. */
function missingFor(needing: readonly Area[], asked: readonly Area[], reason: string, fix: string): Judgement {
  return asked.some((area) => needing.includes(area)) ? missing(reason, fix) : warning(reason, fix);
}

const disk: Condition = {
  name: 'free disk space',
  areas: ['build', 'test'],
  judge({ directory: { freeBytes, path } }) {
    const found = `${formatBytes(freeBytes)} free in ${path}`;
    if (freeBytes < 3 * gibibyte) return missing(`${found}; the embedded image needs 3 GiB`, 'Free some space.');
    if (freeBytes < 25 * gibibyte) return warning(`${found}; an OpenWrt tree needs 25 GiB`, 'Free some space.');
    return ok(found);
  },
};

const inodes: Condition = {
  name: 'free inodes',
  areas: ['build', 'test'],
  judge({ directory: { freeInodes, path } }) {
    if (freeInodes === undefined) return ok(`no fixed number in ${path}`);
    const found = `${freeInodes} free in ${path}`;
    const fix = 'Remove files, or use another file system.';
    if (freeInodes < 60_000) return missing(`${found}; the embedded image needs 60000`, fix);
    if (freeInodes < 1_000_000) return warning(`${found}; an OpenWrt tree needs a million`, fix);
    return ok(found);
  },
};

const caseSensitivity: Condition = {
  name: 'case-sensitive file system',
  areas: ['build', 'test'],
  judge({ directory: { isCaseSensitive, path } }) {
    if (isCaseSensitive === false) {
      return missing(`${path} takes a file and a FILE for the same; builds need both`, 'Work on ext4, xfs or btrfs.');
    }
    return ok(isCaseSensitive ? path : `${path} is empty; it could not be told`);
  },
};

const directoryName: Condition = {
  name: 'path without spaces',
  areas: ['build', 'test'],
  judge({ directory: { path } }) {
    if (!/\s/.test(path)) return ok(path);
    return missing(`"${path}" holds a space, and make parts words there`, 'Move to a directory without spaces.');
  },
};

const memory: Condition = {
  name: 'memory',
  areas: ['build', 'lab', 'test'],
  judge({ machine: { availableBytes, cores } }) {
    const found = `${formatBytes(availableBytes)} available, ${cores} cores`;
    const wanted = 2 + cores;
    if (availableBytes < gibibyte) return missing(`${found}; 1 GiB is needed`, 'Close programs, or add swap.');
    if (availableBytes < wanted * gibibyte) {
      return warning(`${found}; an OpenWrt tree wants 2 GiB and 1 GiB a job`, 'Build with fewer jobs: `--jobs`.');
    }
    return ok(found);
  },
};

const openFiles: Condition = {
  name: 'open files',
  areas: ['build', 'test'],
  judge({ machine: { openFiles: limit } }) {
    if (limit === undefined) return ok('no limit');
    return limit >= 1024 ? ok(`${limit} a process`) : warning(`${limit} a process; builds want 1024`, 'ulimit -n 1024');
  },
};

const umask: Condition = {
  name: 'umask',
  areas: ['build', 'test'],
  judge({ machine: { umask: mask } }) {
    if (mask === undefined) return ok('it could not be read; otb sets 022 for what it runs');
    const text = `0${mask.toString(8).padStart(3, '0')}`;
    if (mask === 0o022) return ok(text);
    return warning(
      `${text}; otb sets 022 for what it runs, but files you make may go into images as they are`,
      'umask 022',
    );
  },
};

const cleanPath: Condition = {
  name: 'PATH',
  areas: ['build', 'test'],
  judge({ machine: { path } }) {
    const bad = path.split(':').filter((entry) => /\s/.test(entry) || !entry.startsWith('/'));
    if (bad.length === 0) return ok('no relative entries, no spaces');
    const list = bad.map((entry) => `"${entry}"`).join(', ');
    return warning(`${list}: otb leaves out entries that are relative or hold a space`, 'Take them out of PATH.');
  },
};

const root: Condition = {
  name: 'root rights',
  areas: ['lab', 'flash', 'test'],
  judge({ machine: { isRoot } }, asked) {
    if (isRoot) return ok('root');
    const reason = 'an ordinary user; namespaces and disks are for root';
    return missingFor(['lab'], asked, reason, 'Run it as root.');
  },
};

const mptcp: Condition = {
  name: 'Multipath TCP in the kernel',
  areas: ['lab', 'test'],
  judge({ kernel: { hasMptcp } }, asked) {
    if (hasMptcp) return ok('/proc/sys/net/mptcp');
    return missingFor(['lab'], asked, 'this kernel has no MPTCP', 'Use a kernel 5.6 or newer with CONFIG_MPTCP.');
  },
};

const namespaces: Condition = {
  name: 'namespaces',
  areas: ['lab', 'test'],
  judge({ kernel: { hasNamespaces } }, asked) {
    if (hasNamespaces) return ok('network and mount namespaces can be made');
    return missingFor(['lab'], asked, 'network and mount namespaces are refused', 'Run it as root, outside a sandbox.');
  },
};

const loopDevices: Condition = {
  name: 'loop devices',
  areas: ['flash', 'test'],
  judge({ kernel: { hasLoopDevices } }) {
    if (hasLoopDevices) return ok('/dev/loop-control');
    return warning('there is no /dev/loop-control; images cannot be mounted', 'modprobe loop');
  },
};

const kvm: Condition = {
  name: 'KVM',
  areas: ['lab', 'test'],
  judge({ kernel: { hasKvm } }) {
    if (hasKvm) return ok('/dev/kvm');
    return warning('there is no /dev/kvm; QEMU emulates the processor, which is slower', 'Nothing needs it.');
  },
};

/** Everything that is judged beside what can be installed. */
export const conditions: readonly Condition[] = [
  disk,
  inodes,
  caseSensitivity,
  directoryName,
  memory,
  openFiles,
  umask,
  cleanPath,
  root,
  mptcp,
  namespaces,
  loopDevices,
  kvm,
];
