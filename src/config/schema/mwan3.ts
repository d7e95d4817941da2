import * as z from 'zod';
import { text, messageOfComplaint } from '../grammar/grammar.js';
import { network } from '../grammar/network.js';
import { mwan3Name, wanName } from '../grammar/names.js';
import { mwan3Ports } from '../grammar/port-range.js';
import { port, whole } from '../grammar/units.js';

const member = z.strictObject({
  wan: text(wanName)
    .meta({ examples: ['fiber'] })
    .describe('A WAN of this device, by its name.'),
  metric: whole(1, 256).default(1).describe('Lower is used first; members of the same metric share.'),
  weight: whole(1, 1000).default(1).describe('Its share among members of the same metric.'),
});

const policy = z.strictObject({
  name: text(mwan3Name)
    .meta({ examples: ['voip'] })
    .describe('At most 15 letters, digits and _ (a limit of mwan3).'),
  members: z.array(member).min(1).max(8).describe('The WANs that carry it.'),
  lastResort: z
    .enum(['unreachable', 'blackhole', 'default'])
    .default('unreachable')
    .describe('What happens when no member is up: refuse, drop, or use the main routing table.'),
});

const ports = () =>
  z.union([port(), text(mwan3Ports)], {
    error: () => messageOfComplaint({ what: 'this is no list of ports', hint: 'write 80, "80,443" or "1024:2048"' }),
  });

const rule = z.strictObject({
  name: text(mwan3Name)
    .meta({ examples: ['sip'] })
    .describe('At most 15 letters, digits and _ (a limit of mwan3).'),
  policy: z
    .string()
    .min(1)
    .meta({ examples: ['voip', 'default'] })
    .describe("One of `policies`, otb's own (balanced or failover), or default, unreachable, blackhole."),
  proto: z.enum(['all', 'tcp', 'udp', 'icmp', 'esp', 'ah', 'gre', 'sctp']).default('all').describe('Which protocol.'),
  source: text(network)
    .optional()
    .meta({ examples: ['192.168.100.0/25'] })
    .describe('Where the traffic comes from.'),
  destination: text(network)
    .optional()
    .meta({ examples: ['203.0.113.0/24'] })
    .describe('Where the traffic goes.'),
  sourcePort: ports()
    .optional()
    .meta({ examples: [5060] })
    .describe('Its source ports, with tcp or udp only.'),
  destinationPort: ports()
    .optional()
    .meta({ examples: [443, '80,443', '1024:2048'] })
    .describe('Its destination ports, with tcp or udp only.'),
  sticky: z.boolean().default(false).describe('Keep a client on the WAN it used last.'),
  timeout: whole(1, 1_000_000).default(600).describe('How long it stays there, in seconds.'),
});

/** `mwan3`: policies and rules of your own, beside those otb makes. */
export const mwan3Schema = z.strictObject({
  policies: z.array(policy).default([]).describe('Sets of WANs that rules can use.'),
  rules: z
    .array(rule)
    .default([])
    .describe('Which traffic takes which policy: the first rule that matches decides, before otb’s own catch-all.'),
  flushConntrack: z
    .array(z.enum(['ifup', 'ifdown', 'connected', 'disconnected']))
    .default([])
    .describe('When to forget established connections, so that they find a new way.'),
});
