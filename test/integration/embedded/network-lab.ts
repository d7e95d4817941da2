import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { deviceRoot } from '../../support/built-image.js';
import { Device, type CommandResult } from '../../support/device.js';
import { networkNamespaces, program, root } from '../../support/needs.js';

/** What the host must have to put a router between a LAN and its providers. */
export const routerNeeds = [
  root,
  networkNamespaces,
  ...['make', 'apt-get', 'ip', 'dnsmasq', 'nft', 'nsenter', 'busybox', 'python3'].map(program),
];

/** A network namespace of the lab. */
type Where = 'isp' | 'lan' | 'router';

/** A program that runs beside the router. */
interface Child {
  kill: (signal: NodeJS.Signals) => boolean;
  /** Never rejects. */
  ended: Promise<unknown>;
}

/** What stands around the router, and what its configuration says. */
export interface LabOptions {
  /** How many WANs (eth1, eth2 …); each ends at a provider of its own with DHCP: 10.N.0.1/24, leases from .50 to .99. */
  wans?: number;
  /** Files under /etc/config. */
  config: Record<string, string>;
  /** Services to start beside the network. */
  services?: readonly string[];
  /** More files of the router, by their absolute paths. */
  files?: Record<string, string>;
  /** The leases' time, as dnsmasq reads it. */
  leaseTime?: string;
}

/** A router between a LAN (eth0 ↔ lan0) and its providers (ethN ↔ ispN), each in namespaces of their own. */
export class Lab {
  readonly #id = `otb-t-${randomBytes(4).toString('hex')}`;
  readonly #workPath = mkdtempSync(join(tmpdir(), 'otb-network-lab-'));
  readonly #children = new Set<Child>();
  #device: Device | undefined;
  readonly #options: LabOptions;

  private constructor(options: LabOptions) {
    this.#options = options;
  }

  /** Builds the cables, starts the providers, boots the router. */
  static async start(options: LabOptions): Promise<Lab> {
    const lab = new Lab(options);
    try {
      await lab.#lay();
      lab.#device = await lab.#boot();
      return lab;
    } catch (error) {
      await lab.stop();
      throw error;
    }
  }

  /** The router. */
  get device(): Device {
    if (this.#device === undefined) throw new Error('the router is not running');
    return this.#device;
  }

  /** Runs a command on the router; it must succeed. */
  run(command: string): Promise<string> {
    return this.device.run(command);
  }

  /** Runs a command on the router, however it ends. */
  exec(command: string): Promise<CommandResult> {
    return this.device.exec(command);
  }

  /** Waits until a command succeeds on the router, and returns its output; throws with its last output when it never does. */
  until(command: string): Promise<string> {
    return this.device.until(command);
  }

  /** Runs a shell command at the providers' end, in the LAN, or in the router's network with the host's tools. */
  async at(where: Where, command: string): Promise<string> {
    const { stdout } = await execa('ip', ['netns', 'exec', this.#name(where), 'sh', '-c', command]);
    return stdout;
  }

  /** Starts a program there that ends with the lab. */
  spawn(where: Where, file: string, args: readonly string[]): Child {
    const started = execa('ip', ['netns', 'exec', this.#name(where), file, ...args], { reject: false });
    const child: Child = { kill: (signal) => started.kill(signal), ended: started.then(() => undefined) };
    this.#children.add(child);
    return child;
  }

  /** `ifstatus NAME`, parsed by a JSON parser. */
  async status(name: string): Promise<InterfaceStatus> {
    return JSON.parse(await this.run(`ifstatus ${name}`)) as InterfaceStatus;
  }

  /** Waits until an interface is up (or not). */
  async waitFor(name: string, up = true, timeoutMs = 300_000): Promise<InterfaceStatus> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const status = await this.status(name);
      if (status.up === up) return status;
      if (performance.now() > deadline) {
        throw new Error(`${name} did not go ${up ? 'up' : 'down'}: ${JSON.stringify(status)}\n${await this.log()}`);
      }
      await sleep(150);
    }
  }

  /** Writes a file of the router and, for /etc/config/PACKAGE, nothing else: reload yourself. */
  async write(path: string, text: string): Promise<void> {
    await this.device.run(`cat > ${path}`, { input: text });
  }

  /** What hotplug told since the last call: "ifup wan1 eth1" …. */
  async events(): Promise<string[]> {
    const text = await this.run('cat /tmp/events 2>/dev/null; : > /tmp/events');
    return text === '' ? [] : text.split('\n');
  }

  /** What the router logged. */
  async log(): Promise<string> {
    return (await this.exec('logread 2>/dev/null | tail -n 40')).stdout;
  }

  /** Ends the router and the providers, and removes every trace of them. */
  async stop(): Promise<void> {
    await this.#device?.stop();
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.all([...this.#children].map(({ ended }) => ended));
    for (const where of ['isp', 'lan', 'router'] as const) {
      const { stdout } = await execa('ip', ['netns', 'pids', this.#name(where)], { reject: false });
      for (const pid of stdout.split('\n')) if (pid !== '') await execa('kill', ['-9', pid], { reject: false });
      await execa('ip', ['netns', 'delete', this.#name(where)], { reject: false });
    }
    rmSync(this.#workPath, { recursive: true, force: true });
  }

  #name(where: Where): string {
    return `${this.#id}-${where}`;
  }

  async #lay(): Promise<void> {
    for (const where of ['isp', 'lan', 'router'] as const) {
      await execa('ip', ['netns', 'add', this.#name(where)]);
      await this.at(where, 'ip link set lo up');
    }
    await this.#cable('eth0', 'lan', 'lan0');
    await this.at('lan', 'ip link set lan0 up');
    for (let wan = 1; wan <= (this.#options.wans ?? 0); wan += 1) await this.#provider(wan);
  }

  async #cable(device: string, where: 'isp' | 'lan', other: string): Promise<void> {
    const ends = ['link', 'add', device, 'netns', this.#name('router'), 'type', 'veth', 'peer', 'name', other];
    await execa('ip', [...ends, 'netns', this.#name(where)]);
  }

  async #provider(wan: number): Promise<void> {
    const number = String(wan);
    await this.#cable(`eth${number}`, 'isp', `isp${number}`);
    await this.at('isp', `ip addr add 10.${number}.0.1/24 dev isp${number}; ip link set isp${number} up`);
    await this.serveDhcp(wan, 50);
  }

  /** Starts a provider's DHCP server, with leases from 10.WAN.0.FIRST on; returns how to end it. */
  async serveDhcp(wan: number, first: number, more: readonly string[] = []): Promise<() => Promise<void>> {
    const net = `10.${String(wan)}.0`;
    const child = this.spawn('isp', 'dnsmasq', [
      ...['--keep-in-foreground', '--no-daemon', '--conf-file=/dev/null', '--port=0', '--no-ping', '--bind-dynamic'],
      `--interface=isp${String(wan)}`,
      `--dhcp-leasefile=${join(this.#workPath, `leases.${String(wan)}`)}`,
      '--dhcp-authoritative',
      `--dhcp-range=${net}.${String(first)},${net}.${String(first + 40)},${this.#options.leaseTime ?? '1h'}`,
      `--dhcp-option=option:dns-server,${net}.1`,
      ...more,
    ]);
    await sleep(100);
    return async () => {
      child.kill('SIGTERM');
      await child.ended;
      this.#children.delete(child);
      rmSync(join(this.#workPath, `leases.${String(wan)}`), { force: true });
    };
  }

  async #boot(): Promise<Device> {
    const { config, files = {}, services = [] } = this.#options;
    return Device.start({
      root: await deviceRoot(),
      networkNamespace: this.#name('router'),
      prepare: async (path) => {
        const all = Object.entries(config).map(([name, text]) => [`/etc/config/${name}`, text] as const);
        for (const [file, text] of [...all, ...Object.entries(files)]) {
          await mkdir(dirname(join(path, file)), { recursive: true });
          await writeFile(join(path, file), text);
        }
        await mkdir(join(path, 'etc/hotplug.d/iface'), { recursive: true });
        await writeFile(
          join(path, 'etc/hotplug.d/iface/00-test'),
          'echo "$ACTION $INTERFACE $DEVICE" >> /tmp/events\n',
        );
        await enableOnly(path, ['boot', 'log', 'network', ...services]);
      },
    });
  }
}

/** The part of `ifstatus` that the tests look at. */
export interface InterfaceStatus {
  up: boolean;
  pending: boolean;
  available: boolean;
  autostart: boolean;
  uptime?: number;
  l3_device?: string;
  proto: string;
  device?: string;
  metric?: number;
  ip4table?: number;
  'ipv4-address'?: { address: string; mask: number }[];
  'ipv6-address'?: { address: string; mask: number }[];
  route?: { target: string; mask: number; nexthop: string; metric?: number; table?: number; source: string }[];
  'dns-server'?: string[];
  'dns-search'?: string[];
  data: Record<string, unknown>;
  errors?: { subsystem: string; code: string; data?: string[] }[];
}

/** Links the given init scripts into /etc/rc.d, by their own START and STOP, and takes all other links away. */
async function enableOnly(rootPath: string, names: readonly string[]): Promise<void> {
  for (const link of readdirSync(join(rootPath, 'etc/rc.d'))) rmSync(join(rootPath, 'etc/rc.d', link));
  for (const name of names) {
    const text = readFileSync(join(rootPath, 'etc/init.d', name), 'utf8');
    for (const [key, letter] of [
      ['START', 'S'],
      ['STOP', 'K'],
    ] as const) {
      const place = new RegExp(`^${key}=(\\d+)`, 'm').exec(text)?.[1];
      if (place !== undefined)
        await symlink(`../init.d/${name}`, join(rootPath, 'etc/rc.d', `${letter}${place}${name}`));
    }
  }
}
