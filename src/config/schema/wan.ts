import * as z from 'zod';
import { text } from '../grammar/grammar.js';
import { interfaceAddress, interfaceName, ipv4, macAddress, modemPath } from '../grammar/network.js';
import { wanName } from '../grammar/names.js';
import { megabits, whole } from '../grammar/units.js';
import { secret } from './secret.js';

/** What every WAN has, whatever its protocol. */
const common = {
  name: text(wanName)
    .meta({ examples: ['fiber'] })
    .describe('What the WAN is called, here and on the router: letters, digits and _, at most 13 (a limit of mwan3).'),
  role: z
    .enum(['on', 'backup', 'off'])
    .default('on')
    .describe('on: carries traffic. backup: only when no other WAN does. off: configured, not used for bonding.'),
  down: megabits()
    .optional()
    .meta({ examples: [500] })
    .describe('What the line receives, in Mbit/s.'),
  up: megabits()
    .optional()
    .meta({ examples: [200] })
    .describe('What the line sends, in Mbit/s.'),
  weight: whole(1, 1000).optional().describe('Its share in load balancing. Without it: in proportion to `down`.'),
  metric: whole(1, 256)
    .optional()
    .describe('The metric of its default route, lower is preferred. Without it: by position, backups last.'),
  table: whole(300, 65_535)
    .optional()
    .describe('Its routing table; below 300 mwan3 empties tables when it stops. Without it: 301, 302, …'),
  mtu: whole(576, 9216)
    .optional()
    .meta({ examples: [1492] })
    .describe('The largest packet of the line, in bytes.'),
  dns: z.array(text(ipv4)).default([]).describe("Name servers for this WAN. Without any: the provider's."),
  lineType: z
    .enum(['ethernet', 'vdsl', 'adsl', 'mobile', 'satellite'])
    .default('ethernet')
    .describe('What kind of line it is: shaping counts the overhead of its frames.'),
};

/** A WAN on a network device of Ethernet's kind. */
const wired = {
  device: text(interfaceName)
    .meta({ examples: ['eth1'] })
    .describe('The network device the modem or box is plugged into.'),
  vlan: whole(1, 4094)
    .optional()
    .meta({ examples: [832] })
    .describe('The VLAN the provider uses on it (802.1Q).'),
  macvlan: z
    .boolean()
    .default(false)
    .describe(
      'Put a virtual device on top, for a machine with a single port. A virtual machine needs promiscuous mode.',
    ),
  mac: text(macAddress)
    .optional()
    .meta({ examples: ['02:00:5e:10:00:01'] })
    .describe('An Ethernet address to use instead.'),
};

const credentials = {
  username: z.string().min(1).max(128).optional().describe('The user name the provider gave.'),
  password: secret().optional().describe('The password the provider gave.'),
};

const modem = {
  apn: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,100}$/, { error: 'this is no access point name\nuse letters, digits, "." and "-"' })
    .meta({ examples: ['internet'] })
    .describe("The mobile provider's access point."),
  pin: secret().optional().describe("The SIM card's PIN."),
  ...credentials,
  ipType: z.enum(['ipv4', 'ipv4v6']).default('ipv4').describe('What to ask the mobile network for.'),
};

const proto = <Name extends string>(name: Name) =>
  z.literal(name).describe('How the WAN gets its address: dhcp, static, pppoe, modemmanager or qmi.');

const dhcp = z.strictObject({ ...common, proto: proto('dhcp'), ...wired });
const fixed = z.strictObject({
  ...common,
  proto: proto('static'),
  ...wired,
  address: text(interfaceAddress)
    .meta({ examples: ['192.0.2.10/24'] })
    .describe("The router's address on this line."),
  gateway: text(ipv4)
    .meta({ examples: ['192.0.2.1'] })
    .describe('The next hop: the address of the box or the provider.'),
});
const pppoe = z.strictObject({
  ...common,
  proto: proto('pppoe'),
  ...wired,
  username: z.string().min(1).max(128).describe('The user name the provider gave.'),
  password: credentials.password.unwrap().describe('The password the provider gave.'),
});
const device = text(modemPath).meta({ examples: ['/dev/cdc-wdm0'] });
const modemmanager = z.strictObject({
  ...common,
  proto: proto('modemmanager'),
  device: device.describe("The modem's path below /sys/devices."),
  ...modem,
});
const qmi = z.strictObject({
  ...common,
  proto: proto('qmi'),
  device: device.describe("The modem's path below /dev."),
  ...modem,
});

/** One entry of `wans`: a line to the internet. */
export const wanSchema = z.discriminatedUnion('proto', [dhcp, fixed, pppoe, modemmanager, qmi]);
