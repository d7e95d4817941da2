import { readdirSync, readlinkSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { majorMinorOf } from './device-number.js';
import { parseMountInfo, readCommand, readNamespaces, readPids, type Mount } from './mount-table.js';
import { quietLink, quietText } from './quiet-read.js';
import { systemPlaces, type SystemPlaces } from './system-places.js';

/** A process that keeps a disk busy. */
export interface BlockHolder {
  pid: number;
  command: string;
  /** It has the device open; it has a file on it open, or works in a directory there; it lives where it is mounted. */
  how: 'device' | 'file' | 'mount';
  /** The device, the file, or the mountpoint, as that process sees it. */
  path: string;
}

/** More than a message can use. */
const holderLimit = 20;
/** A machine with very many processes, or a slow one: some names are better than a long wait. */
const usualLimitMs = 5000;

async function isDevice(link: string, majorMinors: ReadonlySet<string>): Promise<boolean> {
  const file = await stat(link).catch(() => undefined);
  return file?.isBlockDevice() === true && majorMinors.has(majorMinorOf(file.rdev));
}

function isBelow(path: string, mountpoints: readonly string[]): boolean {
  return mountpoints.some((mountpoint) => path === mountpoint || path.startsWith(`${mountpoint}/`));
}

/** Where the devices are mounted for a process; `/` is left out, because everything is below it. */
async function mountpointsFor(proc: string, pid: number, majorMinors: ReadonlySet<string>): Promise<string[]> {
  const mounts = parseMountInfo((await quietText(`${proc}/${pid}/mountinfo`)) ?? '');
  const isHeld = ({ majorMinor, mountpoint }: Mount) => majorMinors.has(majorMinor) && mountpoint !== '/';
  return mounts.filter(isHeld).map(({ mountpoint }) => mountpoint);
}

/** Where the links of a process lead: its open files, its directories and its program. Without a wait for each of them. */
function linksOf(directory: string): { link: string; path: string }[] {
  const follow = (link: string) => {
    try {
      return [{ link, path: readlinkSync(link) }];
    } catch {
      return [];
    }
  };
  let files: string[] = [];
  try {
    files = readdirSync(`${directory}/fd`).map((name) => `${directory}/fd/${name}`);
  } catch {
    // It has ended, or belongs to somebody else.
  }
  return [...files, `${directory}/cwd`, `${directory}/root`, `${directory}/exe`].flatMap(follow);
}

/** The first thing by which one process holds one of the devices. */
async function holdOf(
  directory: string,
  mountpoints: readonly string[],
  majorMinors: ReadonlySet<string>,
): Promise<Pick<BlockHolder, 'how' | 'path'> | undefined> {
  for (const { link, path } of linksOf(directory)) {
    if (isBelow(path, mountpoints)) return { how: 'file', path };
    // Only what is named like a device is looked at: a stat of a file on a dead network share never comes back.
    if (path.startsWith('/dev/') && (await isDevice(link, majorMinors))) return { how: 'device', path };
  }
  return undefined;
}

async function mountHolders(proc: string, majorMinors: ReadonlySet<string>): Promise<BlockHolder[]> {
  const holders: BlockHolder[] = [];
  for (const pid of await readNamespaces(proc)) {
    const [path] = await mountpointsFor(proc, pid, majorMinors);
    if (path !== undefined) holders.push({ pid, command: await readCommand(proc, pid), how: 'mount', path });
  }
  return holders;
}

/**
 * Who holds some devices, for the message when they are busy: at most 20 processes, the youngest first, as far as they
 * are found in time. Without root's rights only one's own processes are seen.
 *
 * @param majorMinors `8:16` and the like: a disk and its partitions
 * @param limitMs how long processes are looked at
 */
export async function holdersOf(
  majorMinors: readonly string[],
  limitMs = usualLimitMs,
  { proc }: SystemPlaces = systemPlaces,
): Promise<BlockHolder[]> {
  const wanted = new Set(majorMinors);
  const deadline = performance.now() + limitMs;
  const holders: BlockHolder[] = [];
  const places = new Map<string, string[]>();
  for (const pid of (await readPids(proc)).sort((one, other) => other - one)) {
    if (holders.length >= holderLimit || performance.now() > deadline) break;
    if (pid === process.pid) continue;
    // Nearly all processes share one table of mounts.
    const namespace = (await quietLink(`${proc}/${pid}/ns/mnt`)) ?? '';
    const mountpoints = places.get(namespace) ?? (await mountpointsFor(proc, pid, wanted));
    places.set(namespace, mountpoints);
    const hold = await holdOf(`${proc}/${pid}`, mountpoints, wanted);
    if (hold !== undefined) holders.push({ pid, command: await readCommand(proc, pid), ...hold });
  }
  const known = new Set(holders.map(({ pid }) => pid));
  const mounts = (await mountHolders(proc, wanted)).filter(({ pid }) => !known.has(pid));
  return [...holders, ...mounts].slice(0, holderLimit);
}
