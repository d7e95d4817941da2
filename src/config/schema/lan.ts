import * as z from 'zod';
import { text } from '../grammar/grammar.js';
import { messageOfComplaint } from '../grammar/grammar.js';
import { checkHost, interfaceAddress, interfaceName, ipv4 } from '../grammar/network.js';
import { durationOr, whole } from '../grammar/units.js';

const dhcp = z.strictObject({
  start: whole(1, 65_534).default(100).describe("The first address it gives out, counted from the network's own."),
  limit: whole(1, 65_534).default(150).describe('How many addresses it gives out.'),
  lease: durationOr('12h', '2m', '168h').describe('How long an address stays given.'),
});

/** `lan`: the side of the router where the users are. */
export const lanSchema = z.strictObject({
  address: text(interfaceAddress)
    .default('192.168.100.1/24')
    .describe("The router's address in the LAN, with the network's prefix."),
  devices: z
    .array(text(interfaceName))
    .min(1)
    .max(16)
    .default(['eth0'])
    .describe('The network devices of the LAN; they are bridged.'),
  dhcp: z
    .union([z.literal(false), dhcp], {
      error: () =>
        messageOfComplaint({
          what: 'this is no setting of DHCP',
          hint: 'write false, or { start: 100, limit: 150, lease: 12h }',
        }),
    })
    .prefault({})
    .describe('Addresses for the machines of the LAN; false when another server gives them out.'),
  domain: text({ pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$', check: checkHost })
    .default('lan')
    .describe('The domain of the names in the LAN.'),
  dns: z
    .array(text(ipv4))
    .default([])
    .meta({ examples: [['1.1.1.1', '9.9.9.9']] })
    .describe("Name servers the router asks. Without any: the providers'."),
});
