import { parseIpv4, parseIpv4Prefix, contains } from '../../core/ip.js';
import { parsePortRange, type PortRange } from '../grammar/port-range.js';
import { parseSshTarget } from '../grammar/ssh.js';
import { pathText } from '../problem.js';
import { suggest } from '../explain/suggest.js';
import { entries, type Loose, type LooseConfig, type PlacedComplaint } from './loose.js';

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

function checkTarget(
  path: readonly PropertyKey[],
  { to, address, toPort, port }: Forward,
  config: LooseConfig,
): PlacedComplaint[] {
  const found: PlacedComplaint[] = [];
  const devices = entries(config.devices).map(([, device]) => device);
  const names = devices.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const target = devices.find(({ name }) => name === to);
  if (to !== undefined && !target) {
    const meant = suggest(to, names);
    const list = names.length === 0 ? 'there are none yet' : `there are: ${names.slice(0, 20).join(', ')}`;
    found.push({
      path: [...path, 'to'],
      what: `there is no device "${to}"`,
      hint: meant === undefined ? list : `did you mean "${meant}"?`,
    });
  }
  const lan = parseIpv4Prefix(target?.lan?.address ?? '192.168.100.1/24');
  const inside = parseIpv4(address ?? '');
  if (target && lan && inside !== undefined && !contains(lan, inside)) {
    found.push({
      path: [...path, 'address'],
      what: `${address ?? ''} is not in the LAN of ${to ?? ''}`,
      hint: 'check it against lan.address',
    });
  }
  const range = rangeOf(port);
  if (port === 'all' && toPort !== undefined) {
    found.push({ path: [...path, 'toPort'], what: 'all ports cannot go to one', hint: 'delete toPort' });
  } else if (range && toPort !== undefined && toPort + range[1] - range[0] > 65535) {
    found.push({ path: [...path, 'toPort'], what: 'the range would end above port 65535', hint: 'begin lower' });
  }
  return found;
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
      return [...checkTarget(path, forward, config), ...checkOwn(path, forward, gateway)];
    }),
    ...checkOverlaps(forwards),
  ];
}
