import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { childEnvironment } from './environment.js';
import { readDirectoryFacts, type DirectoryFacts } from './host-directory.js';
import { readKernelFacts, readMachineFacts, type KernelFacts, type MachineFacts } from './host-machine.js';
import { KnownVersions } from './known-versions.js';
import { readPackageListAge } from './host-packages.js';
import type { Runner } from './runner.js';

/** What to look for on this machine. */
export interface HostQuery {
  /** Names looked up in the PATH that child processes get. */
  programs: readonly string[];
  /** Programs whose `--version` is read, when they are there. */
  versions: readonly string[];
  /** Absolute paths. */
  files: readonly string[];
  perlModules: readonly string[];
  pythonModules: readonly string[];
  /** Where work will be done: its disk is measured. */
  directory: string;
}

/** What this machine has. Gathered by looking only. */
export interface HostFacts {
  /** Path of every program that was found. */
  programs: Readonly<Record<string, string>>;
  /** What `--version` said: its first line that is not empty. */
  versions: Readonly<Record<string, string>>;
  /** The files that exist. */
  files: readonly string[];
  /** The modules that can be loaded. */
  perlModules: readonly string[];
  pythonModules: readonly string[];
  directory: DirectoryFacts;
  machine: MachineFacts;
  kernel: KernelFacts;
  /** Age of apt's package lists in milliseconds; absent when there are none. */
  packageListAgeMs?: number;
}

// A program that hangs must not hold everything up; a slow machine must not make what is there look missing.
const lookTimeoutMs = 120_000;

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function findProgram(name: string, directories: readonly string[]): Promise<string | undefined> {
  for (const directory of directories) {
    const path = join(directory, name);
    if (await isProgram(path)) return path;
  }
  return undefined;
}

async function findPrograms(names: readonly string[]): Promise<Record<string, string>> {
  const directories = (childEnvironment(process.env)['PATH'] ?? '').split(':');
  const found = await Promise.all(names.map(async (name) => [name, await findProgram(name, directories)] as const));
  return Object.fromEntries(found.flatMap(([name, path]) => (path === undefined ? [] : [[name, path]])));
}

/** stdout and stderr of a command that looks, without failing when it cannot be started. */
async function look(runner: Runner, file: string, args: readonly string[]): Promise<string> {
  try {
    const outcome = await runner.run({ file, args, readOnly: true, timeoutMs: lookTimeoutMs });
    return `${outcome.stdout}\n${outcome.stderr}`;
  } catch {
    return '';
  }
}

async function askVersion(runner: Runner, path: string): Promise<string> {
  const text = await look(runner, path, ['--version']);
  return text.split('\n').find((line) => line.trim() !== '') ?? '';
}

async function readVersions(runner: Runner, paths: Readonly<Record<string, string>>, names: readonly string[]) {
  const known = await KnownVersions.open();
  const answers = await Promise.all(
    names.flatMap((name) => {
      const path = paths[name];
      return path === undefined
        ? []
        : [known.of(path, () => askVersion(runner, path)).then((line) => [name, line] as const)];
    }),
  );
  await known.save();
  return Object.fromEntries(answers);
}

const perlScript = 'for (@ARGV) { print "$_\\n" if eval "require $_; 1" }';
const pythonScript = 'import importlib.util, sys\nfor m in sys.argv[1:]:\n  if importlib.util.find_spec(m): print(m)';

async function loadable(runner: Runner, program: string | undefined, args: readonly string[]): Promise<string[]> {
  return program === undefined ? [] : (await look(runner, program, args)).split('\n').filter((line) => line !== '');
}

/** Looks at this machine. Changes nothing but otb's own cache of what programs are. */
export async function readHost(runner: Runner, query: HostQuery): Promise<HostFacts> {
  const programs = await findPrograms([...new Set([...query.programs, ...query.versions, 'perl', 'python3'])]);
  const [versions, perlModules, pythonModules, directory, machine, kernel, age] = await Promise.all([
    readVersions(runner, programs, query.versions),
    loadable(runner, programs['perl'], ['-e', perlScript, ...query.perlModules]),
    loadable(runner, programs['python3'], ['-c', pythonScript, ...query.pythonModules]),
    readDirectoryFacts(query.directory),
    readMachineFacts(),
    readKernelFacts(runner),
    readPackageListAge(),
  ]);
  return {
    programs,
    versions,
    files: query.files.filter((path) => existsSync(path)),
    perlModules: query.perlModules.filter((name) => perlModules.includes(name)),
    pythonModules: query.pythonModules.filter((name) => pythonModules.includes(name)),
    directory,
    machine,
    kernel,
    ...(age !== undefined && { packageListAgeMs: age }),
  };
}
