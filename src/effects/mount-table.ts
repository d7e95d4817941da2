import { quietLink, quietNames, quietText } from './quiet-read.js';

/** A mount, as a line of mountinfo tells it. */
export interface Mount {
  /** Of the file system, `8:17`; `0:…` for those that are on no single device (btrfs, overlay, tmpfs). */
  majorMinor: string;
  mountpoint: string;
  fsType: string;
  /** What was mounted: often a device's path, but any word may stand here. */
  source: string;
}

/** A mount that another mount namespace has: a container's, or a service's. */
export interface ForeignMount extends Mount {
  /** A process that lives there. */
  pid: number;
  command: string;
}

/** How many other mount namespaces are looked into; a machine full of containers has hundreds. */
const namespaceLimit = 64;

/** A word of mountinfo, or of `/proc/swaps`: the kernel writes blanks, and the backslash, as octal numbers. */
export function octalUnescaped(word: string): string {
  return word.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** Reads `/proc/PID/mountinfo`; a line of another form is left out. */
export function parseMountInfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , majorMinor = '', , mountpoint] = before.split(' ');
    const [fsType = '', source = ''] = after.split(' ');
    if (mountpoint === undefined || after === '') return [];
    return [{ majorMinor, mountpoint: octalUnescaped(mountpoint), fsType, source: octalUnescaped(source) }];
  });
}

/** The names of the processes, as numbers. */
export async function readPids(proc: string): Promise<number[]> {
  return (await quietNames(proc)).filter((name) => /^\d+$/.test(name)).map(Number);
}

/** The name of a process's program, at most 15 characters; `?` when it has gone. */
export async function readCommand(proc: string, pid: number): Promise<string> {
  return (await quietText(`${proc}/${pid}/comm`)) ?? '?';
}

/** The mounts that this process sees. */
export async function readMounts(proc: string): Promise<Mount[]> {
  return parseMountInfo((await quietText(`${proc}/self/mountinfo`)) ?? '');
}

/** One process of each mount namespace other than ours, as far as we may look. */
export async function readNamespaces(proc: string): Promise<number[]> {
  const ours = await quietLink(`${proc}/self/ns/mnt`);
  const found = new Map<string, number>();
  const pids = await readPids(proc);
  const names = await Promise.all(pids.map((pid) => quietLink(`${proc}/${pid}/ns/mnt`)));
  for (const [index, name] of names.entries()) {
    const pid = pids[index];
    if (name !== undefined && pid !== undefined && name !== ours && !found.has(name)) found.set(name, pid);
  }
  return [...found.values()].slice(0, namespaceLimit);
}

/** What is mounted from a device in other mount namespaces; only root sees those of other users. */
export async function readForeignMounts(proc: string): Promise<ForeignMount[]> {
  const tables = await Promise.all(
    (await readNamespaces(proc)).map(async (pid) => {
      const mounts = parseMountInfo((await quietText(`${proc}/${pid}/mountinfo`)) ?? '');
      const command = await readCommand(proc, pid);
      return mounts.filter(isOfDevice).map((mount) => ({ ...mount, pid, command }));
    }),
  );
  return tables.flat();
}

function isOfDevice({ majorMinor, source }: Mount): boolean {
  return !majorMinor.startsWith('0:') || source.startsWith('/dev/');
}
