import type { Invocation } from '../effects/runner.js';

/** A machine of the demo and the tests: two network cards, a disk, a serial console that goes to a file. */
export interface Machine {
  /** A raw disk image; the machine writes to it. */
  disk: string;
  memoryMiB: number;
  /** The port of 127.0.0.1 that leads to the router's port 22. */
  sshPort: number;
  /** The file that receives the serial console. */
  console: string;
}

/** The router's LAN address on a fresh image. */
const lanAddress = '192.168.100.1';

/** How much translated code is kept. QEMU's own limit is 1 GiB, and it gets there: more than the machine itself has. */
const translatedMiB = 64;

/**
 * The QEMU command of a machine. It emulates the processor, so that it runs anywhere, and its networks are closed:
 * nothing but the forwarded port gets in, nothing gets out. It has no HPET: with one the kernel stops the older timer,
 * which catches up on every tick it missed once the machine is reset, and GRUB waits for that for minutes.
 */
export function qemuInvocation({ disk, memoryMiB, sshPort, console }: Machine): Invocation {
  const lan = `user,id=lan,restrict=on,net=192.168.100.0/24,host=192.168.100.2,hostfwd=tcp:127.0.0.1:${sshPort}-${lanAddress}:22`;
  return {
    file: 'qemu-system-x86_64',
    args: [
      ...['-accel', `tcg,tb-size=${translatedMiB}`, '-machine', 'pc,hpet=off'],
      ...['-m', String(memoryMiB), '-display', 'none', '-monitor', 'none'],
      ...['-serial', `file:${console}`],
      ...['-drive', `file=${disk.replaceAll(',', ',,')},format=raw,if=virtio`],
      ...['-netdev', lan, '-device', 'virtio-net-pci,netdev=lan,romfile='],
      ...['-netdev', 'user,id=wan,restrict=on,net=10.0.3.0/24', '-device', 'virtio-net-pci,netdev=wan,romfile='],
      ...['-device', 'virtio-rng-pci'],
    ],
  };
}
