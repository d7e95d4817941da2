import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { freePort } from '../../../src/effects/ports.js';
import { qemuInvocation } from '../../../src/lab/qemu.js';

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A disk image running in QEMU, with the serial console in a file and SSH on a port of 127.0.0.1. */
export class Emulator {
  readonly #child: ChildProcess;
  readonly #console: string;
  readonly #port: number;
  readonly #ended: Promise<unknown>;
  readonly #keys: string;

  private constructor(child: ChildProcess, console: string, port: number) {
    this.#child = child;
    this.#console = console;
    this.#port = port;
    this.#keys = `${console}.known_hosts`;
    running.add(child);
    this.#ended = once(child, 'exit').finally(() => running.delete(child));
  }

  /** Starts a machine; `drive` replaces how the disk is attached, `more` is added to QEMU's arguments. */
  static async start(
    directory: string,
    disk: string,
    { drive = 'virtio', more = [] }: { drive?: 'virtio' | 'ide'; more?: readonly string[] } = {},
  ): Promise<Emulator> {
    const sshPort = await freePort();
    const console = join(directory, `console-${String(sshPort)}.log`);
    writeFileSync(console, '');
    const { file, args } = qemuInvocation({ disk, memoryMiB: 512, sshPort, console });
    const all = [...args.map((one) => one.replace('if=virtio', `if=${drive}`)), ...more];
    return new Emulator(spawn(file, all, { stdio: 'ignore' }), console, sshPort);
  }

  /** Where SSH answers on 127.0.0.1. */
  get sshPort(): number {
    return this.#port;
  }

  get console(): string {
    return readFileSync(this.#console, 'utf8');
  }

  /** Waits until the serial console has said something. */
  async says(wanted: RegExp, withinMs: number): Promise<void> {
    await this.#until(withinMs, `the console to say ${String(wanted)}`, () => wanted.test(this.console));
  }

  /** Runs a command over SSH as root, who has no password on a fresh image. */
  async ssh(
    command: string,
    login: readonly string[] = ['PreferredAuthentications=none'],
  ): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }> {
    const options = [
      'StrictHostKeyChecking=no',
      `UserKnownHostsFile=${this.#keys}`,
      'ConnectTimeout=60',
      'LogLevel=ERROR',
    ];
    const words = [...login, ...options].flatMap((option) => ['-o', option]);
    const args = [...words, '-F', 'none', '-p', String(this.#port), 'root@127.0.0.1', command];
    const { exitCode, stdout, stderr } = await execa('ssh', args, { reject: false, timeout: 120_000, stdin: 'ignore' });
    return { exitCode, stdout, stderr };
  }

  /** Waits for a login whose boot is another than `before`; returns this boot's id. */
  async login(withinMs: number, before = ''): Promise<string> {
    let bootId = '';
    await this.#until(withinMs, 'a login over SSH', async () => {
      const { exitCode, stdout } = await this.ssh('cat /proc/sys/kernel/random/boot_id');
      if (exitCode === 0) bootId = stdout.trim();
      return bootId !== '' && bootId !== before;
    });
    return bootId;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
    if (existsSync(this.#keys)) rmSync(this.#keys);
  }

  async #until(withinMs: number, what: string, isThere: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (Date.now() < deadline && this.#child.exitCode === null) {
      if (await isThere()) return;
      await sleep(300);
    }
    const tail = this.console.split('\n').slice(-30).join('\n');
    throw new Error(`waited ${String(withinMs / 1000)} s for ${what}; the console ends with:\n${tail}`);
  }
}
