import * as z from 'zod';
import { text } from '../grammar/grammar.js';
import { host, network } from '../grammar/network.js';
import { kernelName, label, machineName } from '../grammar/names.js';
import { durationOr, port, whole } from '../grammar/units.js';
import { failoverSchema } from './failover.js';
import { lanSchema } from './lan.js';
import { mwan3Schema } from './mwan3.js';
import { authorizedKeys, sshShape } from './ssh.js';
import { timezone } from '../grammar/timezone.js';
import { wanSchema } from './wan.js';

const mptcp = z.strictObject({
  subflows: whole(1, 8).optional().describe('The limit of subflows on both ends. Without it: one per WAN, at least 2.'),
  fullmesh: z.boolean().default(false).describe('Open a subflow to every address of the far end as well.'),
  congestion: text(kernelName)
    .optional()
    .meta({ examples: ['cubic'] })
    .describe('The congestion control. Without it: one that was measured to bond (bbr does not).'),
  checksum: z.boolean().default(false).describe('Checksums in every segment: finds meddling boxes, costs some speed.'),
});

const qos = z.strictObject({
  share: whole(50, 100)
    .default(90)
    .describe("The share of a WAN's rate that is used, in %: the queue is then the router's, not the provider's."),
});

const tunnel = z.strictObject({
  onFailure: z
    .enum(['direct', 'block'])
    .default('direct')
    .describe('When the gateway cannot be reached: go out directly and unencrypted, or block.'),
  bypass: z
    .array(text(network))
    .default([])
    .meta({ examples: [['203.0.113.0/24']] })
    .describe('Networks that are reached directly. Private ones always are.'),
});

const within = durationOr('10s', '1s', '2m').describe('How long it may take.');
const name = text(label).describe('What it is called in messages.');
const check = z.union(
  [
    z.strictObject({ name, within, ping: text(host).describe('A host that answers a ping sent from the device.') }),
    z.strictObject({
      name,
      within,
      connect: z
        .strictObject({ host: text(host).describe('Where to.'), port: port().describe('Which port.') })
        .describe('A TCP connection that the device can open.'),
    }),
    z.strictObject({
      name,
      within,
      command: z
        .array(z.string().min(1))
        .min(1)
        .describe('A program on this machine, not on the device, that exits with 0.'),
    }),
  ],
  { error: 'a check has a name and exactly one of ping, connect and command\nwrite { name: dns, ping: 1.1.1.1 }' },
);

/** One entry of `devices`: a router. */
export const deviceSchema = z.strictObject({
  name: text(machineName)
    .meta({ examples: ['home'] })
    .describe('How the device is called on the command line; also its host name.'),
  ...sshShape('root@192.168.100.1'),
  timezone: text(timezone)
    .default('UTC')
    .meta({ examples: ['Europe/Paris'] })
    .describe('Its time zone, by its IANA name.'),
  authorizedKeys: authorizedKeys(),
  lan: lanSchema.prefault({}).describe('The side of the router where the users are.'),
  scenario: z
    .enum(['aggregation', 'load-balancing', 'failover'])
    .default('aggregation')
    .describe(
      'aggregation: one connection uses all WANs. load-balancing: connections are spread over the WANs. failover: one WAN, the next when it dies.',
    ),
  engine: z
    .enum(['mptcp', 'mwan3'])
    .optional()
    .describe('What does it. Without it: mwan3 for load-balancing, mptcp otherwise.'),
  wans: z
    .array(wanSchema)
    .min(1)
    .max(8, {
      error:
        'there are more than 8 WANs\nkeep 8: the kernel opens 8 subflows per connection, a ninth WAN would carry nothing',
    })
    .describe('The lines to the internet, at most 8 (the subflows the kernel allows).'),
  failover: failoverSchema.prefault({}).describe('How a dead line is noticed.'),
  mptcp: mptcp.prefault({}).describe('Multipath TCP.'),
  mwan3: mwan3Schema.prefault({}).describe('Policies and rules of your own for mwan3.'),
  tunnel: tunnel.prefault({}).describe("The device's end of the tunnel."),
  qos: qos.optional().describe('Shape each WAN to a share of its rate, with cake. Needs `down` and `up` of each.'),
  checks: z
    .array(check)
    .default([])
    .meta({ examples: [[{ name: 'dns', ping: '1.1.1.1' }]] })
    .describe('What must work after a change, beside what otb checks itself; else the change is rolled back.'),
});
