import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { builtImage } from '../../support/built-image.js';
import { describeWith, program } from '../../support/needs.js';
import { imageDirectory, imageTool } from './built-tree.js';
import { readBytes, readDiskTable } from './disk-partitions.js';
import { Emulator } from './emulator.js';

const needs = [program('make'), program('apt-get'), program('qemu-system-x86_64'), program('ssh')];
// An idle machine takes a tenth of this; the processor is emulated, and test files run side by side.
const bootLimit = 1_800_000;

let tree: string;
let prefix: string;
let work: string;
let disk: string;
let machine: Emulator | undefined;

/** Copies a file off the image's boot partition. */
async function fromBootPartition(name: string): Promise<string> {
  const { startSector, sectors } = readDiskTable(disk).partitions[0] ?? { startSector: 0, sectors: 0 };
  const partition = join(work, 'boot.part');
  writeFileSync(partition, readBytes(disk, startSector * 512, sectors * 512));
  const target = join(work, name);
  await imageTool(tree, 'debugfs', '-R', `dump /boot/${name} ${target}`, partition);
  return target;
}

describeWith(needs, "the embedded tree's image on a machine", () => {
  beforeAll(async () => {
    ({ tree, prefix } = await builtImage());
    work = mkdtempSync(join(tmpdir(), 'otb-boot-test-'));
    disk = join(work, 'image.img');
    writeFileSync(disk, gunzipSync(readFileSync(join(tree, imageDirectory, `${prefix}-combined-ext4.img.gz`))));
  }, 1_800_000);
  afterEach(async () => {
    await machine?.stop();
    machine = undefined;
  });
  afterAll(() => {
    rmSync(work, { recursive: true, force: true });
  });

  it(
    'boots to an SSH login with MPTCP, and again after a reboot',
    async () => {
      const own = join(work, 'virtio.img');
      copyFileSync(disk, own);
      machine = await Emulator.start(work, own);
      const first = await machine.login(bootLimit);
      expect((await machine.ssh('sysctl net.mptcp.enabled')).stdout).toBe('net.mptcp.enabled = 1');
      expect((await machine.ssh('ip mptcp limits set subflows 8 add_addr_accepted 8 && ip mptcp limits')).stdout).toBe(
        'add_addr_accepted 8 subflows 8 ',
      );
      const endpoint = 'ip mptcp endpoint add 192.168.100.1 dev br-lan subflow && ip mptcp endpoint';
      expect((await machine.ssh(endpoint)).stdout).toContain('192.168.100.1 id 1 subflow dev br-lan');
      expect((await machine.ssh('ss -Mani; echo $?')).stdout).toMatch(/\n0$|^0$/);
      expect((await machine.ssh('readlink -f /sys/class/net/eth0/device/driver')).stdout).toMatch(/virtio_net$/);
      expect((await machine.ssh('mount')).stdout).toMatch(/\/dev\/vda2 on \/ type ext4 \(rw/);
      expect((await machine.ssh('echo kept > /root/kept && sync && reboot')).exitCode).toBeDefined();

      await machine.login(bootLimit, first);
      expect((await machine.ssh('cat /root/kept')).stdout).toBe('kept');
      expect((await machine.ssh('dmesg')).stdout).not.toMatch(/EXT4-fs error|Call Trace|segfault/);
    },
    3 * bootLimit,
  );

  it(
    'boots from an IDE disk, as a VirtualBox machine has it',
    async () => {
      const own = join(work, 'ide.img');
      copyFileSync(disk, own);
      machine = await Emulator.start(work, own, { drive: 'ide' });
      await machine.says(/EXT4-fs \(sda2\): mounted filesystem/, bootLimit);
    },
    bootLimit + 10_000,
  );

  it(
    'says so when the root file system is not there, and offers a shell',
    async () => {
      const kernel = ['-kernel', await fromBootPartition('vmlinuz'), '-initrd', await fromBootPartition('initrd.img')];
      const words = 'console=ttyS0 root=PARTUUID=00c0ffee-02 rootdelay=2';
      machine = await Emulator.start(work, disk, { more: [...kernel, '-append', words, '-snapshot'] });
      await machine.says(/initramfs: no block device is PARTUUID=00c0ffee-02 after 2 s/, bootLimit);
      await machine.says(/initramfs: block devices: .*vda2/, 10_000);
      await machine.says(/a shell follows; 'exit' tries again/, 10_000);
    },
    bootLimit + 30_000,
  );
});
