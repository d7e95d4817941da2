import * as z from 'zod';
import { text } from '../grammar/grammar.js';
import { messageOfComplaint } from '../grammar/grammar.js';
import { host, interfaceName, ipv4 } from '../grammar/network.js';
import { label, machineName } from '../grammar/names.js';
import { port } from '../grammar/units.js';
import { portRange } from '../grammar/port-range.js';
import { secret } from './secret.js';
import { authorizedKeys, sshShape } from './ssh.js';

/** The ciphers of shadowsocks that authenticate what they carry. */
const methods = [
  'chacha20-ietf-poly1305',
  'aes-256-gcm',
  'aes-128-gcm',
  'xchacha20-ietf-poly1305',
  '2022-blake3-aes-128-gcm',
  '2022-blake3-aes-256-gcm',
  '2022-blake3-chacha20-poly1305',
] as const;

const tunnel = z.strictObject({
  type: z
    .enum(['shadowsocks'])
    .default('shadowsocks')
    .describe('How the traffic is carried: shadowsocks over Multipath TCP.'),
  port: port().default(8388).describe('The port the gateway listens on.'),
  method: z.enum(methods).default('chacha20-ietf-poly1305').describe('The cipher, the same on both ends.'),
  key: secret().describe('The key both ends share. It is written once, here, and therefore the same on both ends.'),
  udp: z.boolean().default(true).describe('Carry UDP through the tunnel as well.'),
});

const forward = z.strictObject({
  name: text(label).optional().describe('What it is for.'),
  proto: z.enum(['tcp', 'udp', 'both']).default('tcp').describe('Which protocol is forwarded.'),
  port: z
    .union([z.literal('all'), port(), text(portRange)], {
      error: () =>
        messageOfComplaint({
          what: 'this is no port',
          hint: 'write a port from 1 to 65535, a range as 8000-8010, or all',
        }),
    })
    .meta({ examples: [443, '8000-8010', 'all'] })
    .describe("The gateway's port, a range, or all: every port but those the gateway itself needs."),
  to: text(machineName)
    .meta({ examples: ['home'] })
    .describe('The device it goes to, by its name.'),
  address: text(ipv4)
    .optional()
    .meta({ examples: ['192.168.100.10'] })
    .describe("A machine in the device's LAN. Without it: the device itself."),
  toPort: port().optional().describe('The port there, the first one for a range. Without it: the same.'),
});

/** `gateway`: the machine in a data centre where the links come together. */
export const gatewaySchema = z.strictObject({
  name: text(machineName)
    .meta({ examples: ['paris'] })
    .describe('How the gateway is called on the command line.'),
  ...sshShape('debian@gw.example.net'),
  address: text(host)
    .optional()
    .meta({ examples: ['gw.example.net', '192.0.2.7'] })
    .describe('Where the devices reach it. Without it: the host of `ssh`.'),
  interface: text(interfaceName)
    .optional()
    .meta({ examples: ['ens3'] })
    .describe('Its network device towards the internet. Without it: the one of its default route.'),
  authorizedKeys: authorizedKeys(),
  tunnel: tunnel.describe('The encrypted path between the devices and the gateway.'),
  forwards: z
    .array(forward)
    .default([])
    .meta({ examples: [[{ proto: 'tcp', port: 443, to: 'home' }]] })
    .describe("Ports of the gateway's public address that lead to a device: the dedicated public IP."),
});
