import {
  broadcastOf,
  contains,
  networkOf,
  overlap,
  parseIpv4,
  parseIpv4Prefix,
  type Ipv4Prefix,
} from '../../core/ip.js';
import { pathText } from '../problem.js';
import { entries, repeated, type LooseConfig, type LooseDevice, type LooseWan, type PlacedComplaint } from './loose.js';

type Path = readonly PropertyKey[];

const defaultLan = '192.168.100.1/24';

/** The LAN of a device; undefined when its address is wrong. */
export function lanPrefix(device: LooseDevice): Ipv4Prefix | undefined {
  const lan = device.lan;
  return parseIpv4Prefix(lan && 'address' in lan ? (lan.address ?? '') : defaultLan);
}

function checkStatic(path: Path, wan: LooseWan, lan: Ipv4Prefix | undefined): PlacedComplaint[] {
  if (wan.proto !== 'static' || wan.address === undefined) return [];
  const prefix = parseIpv4Prefix(wan.address);
  const gateway = parseIpv4(wan.gateway ?? '');
  if (!prefix) return [];
  const found: PlacedComplaint[] = [];
  if (lan && overlap(lan, prefix)) {
    found.push({
      path: [...path, 'address'],
      what: `${wan.address} overlaps the LAN`,
      hint: 'give the LAN another network (lan.address): the router could not tell them apart',
    });
  }
  if (gateway === undefined) return found;
  if (gateway === prefix.address) {
    found.push({
      path: [...path, 'gateway'],
      what: "this is the router's own address",
      hint: 'give the address of the next hop',
    });
  } else if (!contains(prefix, gateway)) {
    found.push({
      path: [...path, 'gateway'],
      what: `${wan.gateway ?? ''} is not in the network of ${wan.address}`,
      hint: 'check both',
    });
  }
  return found;
}

/** What a WAN occupies: a device by itself, or a VLAN on it; a macvlan shares. */
function occupied(wan: LooseWan): string | undefined {
  if (wan.device === undefined || wan.proto === undefined) return undefined;
  if (wan.proto === 'modemmanager' || wan.proto === 'qmi') return wan.device;
  if ('macvlan' in wan && wan.macvlan === true) return undefined;
  return 'vlan' in wan && wan.vlan !== undefined ? `${wan.device}.${wan.vlan}` : wan.device;
}

function checkDevices(base: Path, device: LooseDevice): PlacedComplaint[] {
  const { lan } = device;
  const lanDevices = lan && 'devices' in lan ? entries(lan.devices) : [[0, 'eth0'] as const];
  const wans = entries(device.wans).map(([index, wan]) => [[...base, 'wans', index, 'device'], occupied(wan)] as const);
  const taken = [...lanDevices.map(([index, name]) => [[...base, 'lan', 'devices', index], name] as const), ...wans];
  return repeated(taken, (name, first) => {
    const isLan = first.includes('lan');
    const owner = isLan
      ? `the LAN (${pathText(first)}${lan?.devices ? '' : ', by default'})`
      : pathText(first.slice(0, -1));
    return { what: `${name} belongs to ${owner} already`, hint: 'use another device, a vlan, or macvlan: true' };
  });
}

function checkPool(path: Path, device: LooseDevice, lan: Ipv4Prefix | undefined): PlacedComplaint[] {
  const dhcp = device.lan?.dhcp;
  if (!lan || dhcp === false) return [];
  const { start = 100, limit = 150 } = dhcp ?? {};
  const room = broadcastOf(lan) - networkOf(lan) - 1;
  if (start + limit - 1 <= room) return [];
  const what = `${limit} addresses from number ${start} on do not fit into the LAN, which has ${Math.max(room, 0)}`;
  return [
    {
      path: [...path, 'lan', dhcp ? 'dhcp' : 'address'],
      what,
      hint: 'set lan.dhcp.start and lan.dhcp.limit to fit, or dhcp: false',
    },
  ];
}

function checkDevice(base: Path, device: LooseDevice): PlacedComplaint[] {
  const lan = lanPrefix(device);
  const wans = entries(device.wans);
  const at = (index: number, key: string) => [...base, 'wans', index, key];
  return [
    ...wans.flatMap(([index, wan]) => checkStatic([...base, 'wans', index], wan, lan)),
    ...checkDevices(base, device),
    ...checkPool(base, device, lan),
    ...repeated(
      wans.map(([index, wan]) => [at(index, 'metric'), wan.metric] as const),
      (metric, first) => ({
        what: `${pathText(first)} is ${metric} as well`,
        hint: 'give each WAN its own: the kernel keeps one default route per metric',
      }),
    ),
    ...repeated(
      wans.map(([index, wan]) => [at(index, 'table'), wan.table] as const),
      (table, first) => ({
        what: `${pathText(first)} is ${table} as well`,
        hint: 'give each WAN its own routing table',
      }),
    ),
    ...repeated(
      wans.map(
        ([index, wan]) =>
          [at(index, 'address'), wan.proto === 'static' ? wan.address?.split('/')[0] : undefined] as const,
      ),
      (address, first) => ({ what: `${pathText(first)} is ${address} as well`, hint: 'give each WAN its own address' }),
    ),
  ];
}

/** Networks that overlap, devices used twice, metrics and tables that are not unique. */
export function checkAddresses(config: LooseConfig): PlacedComplaint[] {
  return entries(config.devices).flatMap(([index, device]) => checkDevice(['devices', index], device));
}
