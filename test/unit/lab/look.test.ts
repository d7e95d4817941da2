import { expect, it } from 'vitest';
import { lookText, parseLook } from '../../../src/lab/look.js';
import { qemuInvocation } from '../../../src/lab/qemu.js';

const answer = `@@ release
otb embedded 0.1
@@ kernel
6.12.0-cloud-amd64
@@ hostname
otb
@@ uptime
21.30 12.00
@@ mptcp
1
@@ limits
add_addr_accepted 8 subflows 8
@@ packages
61
@@ memory
MemTotal:         480256 kB
MemAvailable:     401408 kB
@@ lan
{ "up": true, "l3_device": "br-lan", "ipv4-address": [ { "address": "192.168.100.1", "mask": 24 } ] }
`;

it('reads what a router answered in one round trip', () => {
  expect(parseLook(answer)).toEqual({
    release: 'otb embedded 0.1',
    kernel: '6.12.0-cloud-amd64',
    hostname: 'otb',
    uptime: 21.3,
    mptcp: true,
    mptcpLimits: 'add_addr_accepted 8 subflows 8',
    packages: 61,
    memoryTotal: 469,
    memoryFree: 392,
    lan: { up: true, address: '192.168.100.1/24', device: 'br-lan' },
  });
});

it('says what is off and down, also when parts did not answer', () => {
  const text = lookText(parseLook('@@ mptcp\n0\n@@ lan\nnot json\n'));
  expect(text).toContain('MPTCP      OFF');
  expect(text).toContain('LAN        DOWN');
});

it('closes the networks of a machine but for one port of 127.0.0.1', () => {
  const { args } = qemuInvocation({ disk: '/tmp/a,b.img', memoryMiB: 512, sshPort: 2222, console: '/tmp/console' });
  const networks = args.filter((word) => word.startsWith('user,'));
  expect(networks).toHaveLength(2);
  for (const network of networks) expect(network).toContain('restrict=on');
  expect(networks[0]).toContain('hostfwd=tcp:127.0.0.1:2222-192.168.100.1:22');
  expect(args).toContain('file=/tmp/a,,b.img,format=raw,if=virtio');
});
