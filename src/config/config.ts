import { defaultEngine } from './cross/scenarios.js';
import type { ParsedConfig } from './schema/config.js';

type ParsedDevice = ParsedConfig['devices'][number];
type ParsedWan = ParsedDevice['wans'][number];
type ParsedGateway = NonNullable<ParsedConfig['gateway']>;

/** `Base` with some of its parts given other types, on every member of a union. */
type With<Base, Parts> = Base extends unknown ? Omit<Base, keyof Parts> & Parts : never;

/** A line to the internet. `metric` is unique from 1 to 256, `table` unique from 300. */
export type Wan = With<ParsedWan, { metric: number; table: number }>;

/** A router. */
export type Device = With<ParsedDevice, { engine: 'mptcp' | 'mwan3'; wans: Wan[] }>;

/** The machine in a data centre. `address` is where the devices reach it. */
export type Gateway = With<ParsedGateway, { address: string }>;

/** `otb.yaml` with nothing left open. Durations are in milliseconds, rates in Mbit/s. Deeply frozen. */
export type Config = Readonly<With<ParsedConfig, { devices: Device[]; gateway?: Gateway | undefined }>>;

/** The smallest numbers from `first` on that are not taken, one after the other. */
function freeNumbers(taken: ReadonlySet<number>, first: number): () => number {
  let next = first;
  return () => {
    while (taken.has(next)) next += 1;
    return next++;
  };
}

function given(wans: readonly ParsedWan[], key: 'metric' | 'table'): Set<number> {
  return new Set(wans.flatMap((wan) => wan[key] ?? []));
}

function completeWans(wans: readonly ParsedWan[]): Wan[] {
  const nextMetric = freeNumbers(given(wans, 'metric'), 1);
  const nextTable = freeNumbers(given(wans, 'table'), 301);
  const order = { on: 0, backup: 1, off: 2 };
  const byPreference = [...wans].sort((one, other) => order[one.role] - order[other.role]);
  const metrics = new Map(byPreference.map((wan) => [wan, wan.metric ?? nextMetric()]));
  return wans.map((wan) => ({ ...wan, metric: metrics.get(wan) ?? 1, table: wan.table ?? nextTable() }));
}

function completeDevice(device: ParsedDevice): Device {
  return { ...device, engine: device.engine ?? defaultEngine(device.scenario), wans: completeWans(device.wans) };
}

/** Fills in what the file left open. */
export function complete({ gateway, devices, ...rest }: ParsedConfig): Config {
  return {
    ...rest,
    ...(gateway && { gateway: { ...gateway, address: gateway.address ?? gateway.ssh.host } }),
    devices: devices.map(completeDevice),
  };
}
