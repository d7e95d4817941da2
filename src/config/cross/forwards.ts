import { contains, parseIpv4 } from '../../core/ip.js';
import { parsePortRange, type PortRange } from '../grammar/port-range.js';
import { parseSshTarget } from '../grammar/ssh.js';
import { pathText } from '../problem.js';
import { suggest } from '../explain/suggest.js';
import { lanPrefix } from './addresses.js';
import { entries, type Loose, type LooseConfig, type LooseDevice, type PlacedComplaint } from './loose.js';

type Gateway = NonNullable<LooseConfig['gateway']>;
type Forward = Loose<NonNullable<NonNullable<Gateway['forwards']>[number]>>;

const defaultTunnelPort = 8388;

function rangeOf(port: Forward['port']): PortRange | undefined {
  if (typeof port === 'number') return [port, port];
  return port === undefined || port === 'all' ? undefined : parsePortRange(port);
}

function protocolsOf({ proto = 'tcp' }: Forward): readonly string[] {
  return proto === 'both' ? ['tcp', 'udp'] : [proto];
}

/** The ports the gateway itself listens on. */
function ownPorts(gateway: Gateway): { port: number; what: string; protocols: readonly string[] }[] {
  const ssh = gateway.ssh === undefined ? 22 : (parseSshTarget(gateway.ssh).port ?? 22);
  const { port = defaultTunnelPort, udp } = gateway.tunnel ?? {};
  return [
    { port: ssh, what: 'otb and you log in to the gateway (SSH)', protocols: ['tcp'] },
    { port, what: 'the tunnel arrives', protocols: udp === false ? ['tcp'] : ['tcp', 'udp'] },
  ];
}

type Devices = ReadonlyMap<string, LooseDevice>;

function unknownDevice(path: readonly PropertyKey[], to: string, devices: Devices): PlacedComplaint {
  const names = [...devices.keys()];
  const meant = suggest(to, names);
  const list = names.length === 0 ? 'there are none yet' : `there are: ${names.slice(0, 20).join(', ')}`;
  return {
    path: [...path, 'to'],
    what: `there is no device "${to}"`,
    hint: meant === undefined ? list : `did you mean "${meant}"?`,
  };
}

function checkTarget(path: readonly PropertyKey[], { to, address }: Forward, devices: Devices): PlacedComplaint[] {
  if (to === undefined) return [];
  const target = devices.get(to);
  if (!target) return [unknownDevice(path, to, devices)];
  const lan = lanPrefix(target);
  const inside = parseIpv4(address ?? '');
  if (!lan || inside === undefined || contains(lan, inside)) return [];
  return [
    {
      path: [...path, 'address'],
      what: `${address ?? ''} is not in the LAN of ${to}`,
      hint: 'check it against lan.address',
    },
  ];
}

function checkToPort(path: readonly PropertyKey[], { toPort, port }: Forward): PlacedComplaint[] {
  if (toPort === undefined) return [];
  const place = [...path, 'toPort'];
  if (port === 'all') return [{ path: place, what: 'all ports cannot go to one', hint: 'delete toPort' }];
  const range = rangeOf(port);
  if (!range || toPort + range[1] - range[0] <= 65535) return [];
  return [{ path: place, what: 'the range would end above port 65535', hint: 'begin lower' }];
}

function checkOwn(path: readonly PropertyKey[], forward: Forward, gateway: Gateway): PlacedComplaint[] {
  const range = rangeOf(forward.port);
  if (!range) return [];
  const hit = ownPorts(gateway).find(
    ({ port, protocols }) =>
      range[0] <= port && port <= range[1] && protocolsOf(forward).some((one) => protocols.includes(one)),
  );
  if (!hit) return [];
  return [{ path: [...path, 'port'], what: `port ${hit.port} is where ${hit.what}`, hint: 'leave it out' }];
}

/** Sorted by their first port, two forwards that overlap are neighbours of the one that reaches furthest. */
function checkOverlaps(forwards: readonly [number, Forward][]): PlacedComplaint[] {
  return ['tcp', 'udp'].flatMap((protocol) => {
    const ranges = forwards.flatMap(([index, forward]) => {
      const range = forward.port === 'all' ? ([0, 0] as const) : rangeOf(forward.port);
      return range && protocolsOf(forward).includes(protocol) ? [{ index, first: range[0], last: range[1] }] : [];
    });
    ranges.sort((one, other) => one.first - other.first || one.index - other.index);
    let furthest: (typeof ranges)[number] | undefined;
    return ranges.flatMap((range) => {
      const clash = furthest && range.first <= furthest.last ? furthest : undefined;
      if (!furthest || range.last > furthest.last) furthest = range;
      if (!clash) return [];
      const [early, late] = [Math.min(clash.index, range.index), Math.max(clash.index, range.index)];
      const path = ['gateway', 'forwards', late, 'port'];
      return [
        {
          path,
          what: `${protocol}: ${pathText(['gateway', 'forwards', early])} takes this port already`,
          hint: 'a port leads to one place',
        },
      ];
    });
  });
}

/** Forwards: to devices that exist, of ports that are free, each port once. */
export function checkForwards(config: LooseConfig): PlacedComplaint[] {
  const { gateway } = config;
  if (!gateway) return [];
  const forwards = entries(gateway.forwards);
  const devices = new Map(entries(config.devices).map(([, device]) => [device.name ?? '', device]));
  devices.delete('');
  const [ssh, tunnel] = ownPorts(gateway);
  const clash =
    ssh && tunnel && ssh.port === tunnel.port
      ? [
          {
            path: ['gateway', 'tunnel', 'port'],
            what: `port ${tunnel.port} is where ${ssh.what}`,
            hint: 'choose another port',
          },
        ]
      : [];
  return [
    ...clash,
    ...forwards.flatMap(([index, forward]) => {
      const path = ['gateway', 'forwards', index];
      return [
        ...checkTarget(path, forward, devices),
        ...checkOwn(path, forward, gateway),
        ...checkToPort(path, forward),
      ];
    }),
    ...checkOverlaps(forwards),
  ];
}
