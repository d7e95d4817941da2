import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const insidePath = fileURLToPath(new URL('device-inside.sh', import.meta.url));

/** What the device's root file system is, and where its network ends. */
export interface DeviceOptions {
  /** A directory, or a .tar.gz of one; it is copied, never written to. Not used with `disk`. */
  root?: string;
  /** A loop device with partitions: the root file system is its second one, and the device writes to it. */
  disk?: string;
  /** The name of a network namespace (`ip netns add NAME`) to live in; without it the device gets a new one. */
  networkNamespace?: string;
  /** Runs once on the copy before the first start, to add files. */
  prepare?: (rootPath: string) => Promise<void> | void;
  /** How long a boot may take. */
  bootTimeoutMs?: number;
}

/** How a command on the device ended. */
export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Why a device stopped: by its own reboot or poweroff, or because it was killed. */
export type DeviceEnd = 'reboot' | 'poweroff' | 'killed';

interface Machine {
  /** Kills every process of the device and waits for it. */
  kill: () => Promise<void>;
  killNow: () => void;
  ended: Promise<DeviceEnd>;
  pid: number;
}

const machines = new Set<Machine>();
const directories = new Set<string>();

// Also when a test file ends badly: no process, no mount, no directory stays. Mounts live in the device's own
// mount namespace, so they go with its last process.
process.once('exit', () => {
  for (const machine of machines) machine.killNow();
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** A root file system running as a machine: Busybox init is its PID 1, in namespaces of its own. */
export class Device {
  #machine: Machine;
  #console: string[] = [];
  readonly #options: DeviceOptions;
  readonly #workPath: string;

  private constructor(options: DeviceOptions, workPath: string, machine: Machine, lines: string[]) {
    this.#options = options;
    this.#workPath = workPath;
    this.#machine = machine;
    this.#console = lines;
  }

  /** Starts a device, and returns when its boot scripts are through. */
  static async start(options: DeviceOptions): Promise<Device> {
    const workPath = mkdtempSync(join(tmpdir(), 'otb-device-'));
    directories.add(workPath);
    try {
      await layOut(options, join(workPath, 'root'));
      const lines: string[] = [];
      const machine = await launch(options, join(workPath, 'root'), lines);
      const device = new Device(options, workPath, machine, lines);
      await device.waitForBoot();
      return device;
    } catch (error) {
      for (const machine of machines) if (machine.pid === 0) machine.killNow();
      remove(workPath);
      throw error;
    }
  }

  /** PID 1 of the device, as the host sees it: `ip link set veth0 netns PID`. */
  get pid(): number {
    return this.#machine.pid;
  }

  /** Everything the device wrote to its console, all boots together. */
  get console(): string {
    return this.#console.join('');
  }

  /** The device's files, as it sees them, seen from the host. */
  path(file: string): string {
    return join(`/proc/${String(this.pid)}/root`, file);
  }

  /** Writes a file of the device, with its directories. */
  write(file: string, text: string, mode = 0o644): void {
    const path = this.path(file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, mode);
  }

  /** Runs a command line in the device's shell. It does not throw when the command fails. */
  async exec(command: string, options: { input?: string; timeoutMs?: number } = {}): Promise<CommandResult> {
    const inside = ['env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'USER=root', 'TERM=dumb'];
    const result = await execa(
      'nsenter',
      [
        '--target',
        String(this.pid),
        '-m',
        '-u',
        '-i',
        '-n',
        '-p',
        '--root',
        '--wd',
        ...inside,
        '/bin/ash',
        '-c',
        command,
      ],
      {
        reject: false,
        input: options.input ?? '',
        timeout: options.timeoutMs ?? 300_000,
        stripFinalNewline: false,
        env: {},
        extendEnv: false,
      },
    );
    if (result.timedOut) throw new Error(`no end of '${command}'\n${result.stdout}${result.stderr}`);
    return { exitCode: result.exitCode ?? 128, stdout: result.stdout, stderr: result.stderr };
  }

  /** Runs a command that must succeed, and returns what it wrote to stdout, without the last newline. */
  async run(command: string, options: { input?: string; timeoutMs?: number } = {}): Promise<string> {
    const { exitCode, stdout, stderr } = await this.exec(command, options);
    if (exitCode !== 0) throw new Error(`'${command}' ended with ${String(exitCode)}\n${stdout}${stderr}`);
    return stdout.replace(/\n$/, '');
  }

  /** Waits until a command succeeds, and returns its output; throws with its last output when it never does. */
  async until(command: string, timeoutMs = 300_000): Promise<string> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const { exitCode, stdout, stderr } = await this.exec(command);
      if (exitCode === 0) return stdout.replace(/\n$/, '');
      if (performance.now() > deadline) throw new Error(`'${command}' never succeeded\n${stdout}${stderr}`);
      await sleep(100);
    }
  }

  /** Waits for the end of the boot scripts. */
  async waitForBoot(): Promise<void> {
    const deadline = performance.now() + (this.#options.bootTimeoutMs ?? 600_000);
    let end: DeviceEnd | undefined;
    void this.#machine.ended.then((reason) => (end = reason));
    while (!existsSync(this.path('/tmp/run/boot-finished'))) {
      if (end !== undefined) throw new Error(`the device ended (${end}) before it was up\n${this.console}`);
      if (performance.now() > deadline) {
        await this.stop();
        throw new Error(`the device did not come up\n${this.console}`);
      }
      await sleep(50);
    }
  }

  /** Resolves when the device has rebooted or powered itself off. */
  async waitForEnd(timeoutMs = 300_000): Promise<DeviceEnd> {
    const late = new AbortController();
    const timeout = sleep(timeoutMs, undefined, { signal: late.signal }).then(() => {
      throw new Error(`the device is still running\n${this.console}`);
    });
    try {
      return await Promise.race([this.#machine.ended, timeout]);
    } finally {
      late.abort();
      timeout.catch(() => undefined);
    }
  }

  /** Starts the same root again, with all that was written to it: after a reboot, or after `powerCut`. */
  async boot(): Promise<void> {
    await this.#machine.kill();
    this.#machine = await launch(this.#options, join(this.#workPath, 'root'), this.#console);
    await this.waitForBoot();
  }

  /** Ends every process at once, without a word to them; the files stay for `boot`. */
  async powerCut(): Promise<void> {
    await this.#machine.kill();
  }

  /** The files of a device that is off. */
  get rootPath(): string {
    return join(this.#workPath, 'root');
  }

  /** Ends the device and removes its files. */
  async stop(): Promise<void> {
    await this.#machine.kill();
    remove(this.#workPath);
  }
}

function remove(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  directories.delete(directory);
}

async function layOut({ root, disk, prepare }: DeviceOptions, rootPath: string): Promise<void> {
  await execa('mkdir', ['-p', rootPath]);
  if (disk === undefined) {
    if (root === undefined) throw new Error('a device needs a root or a disk');
    if (statSync(root).isDirectory()) await execa('cp', ['-a', '--reflink=auto', `${root}/.`, rootPath]);
    else await execa('tar', ['-x', '-z', '-p', '--numeric-owner', '-f', root, '-C', rootPath]);
  }
  await prepare?.(rootPath);
}

async function launch({ disk, networkNamespace }: DeviceOptions, rootPath: string, lines: string[]): Promise<Machine> {
  const enter = networkNamespace === undefined ? [] : ['nsenter', `--net=/run/netns/${networkNamespace}`];
  const network = networkNamespace === undefined ? ['--net'] : [];
  // The device goes when the test's process goes (--pdeathsig, --kill-child).
  const command = [
    ...['setpriv', '--pdeathsig', 'KILL', ...enter],
    ...['unshare', '--mount', '--pid', '--uts', '--ipc', ...network, '--fork', '--kill-child'],
    ...['setpriv', '--bounding-set', '-sys_time,-sys_module,-syslog,-sys_rawio'],
    ...['sh', insidePath, rootPath, ...(disk === undefined ? [] : [disk])],
  ];
  const [file = '', ...args] = command;
  // The console is a real pipe: what Node makes for a child is a socket, which the device could not open again.
  const consolePath = `${rootPath}.console`;
  if (!existsSync(consolePath)) await execa('mkfifo', [consolePath]);
  const reader = execa('cat', [consolePath], { reject: false, stdin: 'ignore', buffer: false });
  reader.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(text));
  const console = openSync(consolePath, 'r+');
  const child = spawn(file, args, { stdio: ['ignore', console, console] });
  closeSync(console);
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const machine: Machine = {
    pid: 0,
    killNow: () => child.kill('SIGKILL'),
    kill: async () => {
      child.kill('SIGKILL');
      await machine.ended;
      machines.delete(machine);
    },
    // The kernel tells the parent of a namespace's init how it ended: SIGHUP for a reboot, SIGINT for a halt.
    ended: exit.then(([, signal]) => (signal === 'SIGHUP' ? 'reboot' : signal === 'SIGINT' ? 'poweroff' : 'killed')),
  };
  machines.add(machine);
  machine.pid = await initOf(child.pid, machine, lines);
  return machine;
}

/** The child of unshare, once it has become the device's init. */
async function initOf(parent: number | undefined, machine: Machine, lines: string[]): Promise<number> {
  const ended = machine.ended.then(() => true);
  for (let attempt = 0; attempt < 2000; attempt += 1) {
    const children = `/proc/${String(parent)}/task/${String(parent)}/children`;
    const pid = existsSync(children) ? Number(readFileSync(children, 'utf8').trim().split(' ')[0]) : 0;
    if (pid > 0 && isInit(pid)) return pid;
    if (await Promise.race([ended, sleep(25, false)])) break;
  }
  machine.killNow();
  throw new Error(`the device did not start\n${lines.join('')}`);
}

function isInit(pid: number): boolean {
  try {
    return (
      readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')
        .split('\0')[0]
        ?.endsWith('init') ?? false
    );
  } catch {
    return false;
  }
}
