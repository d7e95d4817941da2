import { entries, type LooseConfig, type LooseDevice, type PlacedComplaint } from './loose.js';

/** What otb does when the file names no engine. */
export function defaultEngine(scenario: NonNullable<LooseDevice['scenario']>): 'mptcp' | 'mwan3' {
  return scenario === 'load-balancing' ? 'mwan3' : 'mptcp';
}

function checkPair(path: readonly PropertyKey[], scenario: string, engine: string): PlacedComplaint[] {
  if (scenario === 'aggregation' && engine === 'mwan3') {
    return [
      {
        path,
        what: 'mwan3 cannot aggregate: it gives each connection to one WAN',
        hint: 'use engine: mptcp, or scenario: load-balancing',
      },
    ];
  }
  if (scenario === 'load-balancing' && engine === 'mptcp') {
    return [
      {
        path,
        what: 'mptcp does not balance: it uses all WANs for each connection',
        hint: 'use engine: mwan3, or scenario: aggregation',
      },
    ];
  }
  return [];
}

function checkRoles(base: readonly PropertyKey[], device: LooseDevice): PlacedComplaint[] {
  const wans = entries(device.wans).map(([, wan]) => wan);
  if (wans.length === 0 || wans.some(({ role }) => role === undefined || role === 'on')) return [];
  return [{ path: [...base, 'wans'], what: 'no WAN has the role on', hint: 'set role: on for at least one' }];
}

function checkGateway(
  base: readonly PropertyKey[],
  device: LooseDevice,
  config: LooseConfig,
  engine: string,
): PlacedComplaint[] {
  if (engine !== 'mptcp' || 'gateway' in config) return [];
  const path = 'scenario' in device ? [...base, 'scenario'] : base;
  const what = `${device.scenario ?? 'aggregation'} with mptcp needs a gateway, where the links come together`;
  return [{ path, what, hint: 'add the section gateway, or use engine: mwan3 with load-balancing or failover' }];
}

function checkRates(base: readonly PropertyKey[], device: LooseDevice): PlacedComplaint[] {
  const wans = entries(device.wans).filter(([, { role }]) => role !== 'off');
  if (device.qos) {
    return wans.flatMap(([index, wan]) =>
      (['down', 'up'] as const).flatMap((key) =>
        key in wan
          ? []
          : [
              {
                path: [...base, 'wans', index, key],
                what: 'is missing, and qos needs it',
                hint: `add it in Mbit/s, for example ${key}: 50`,
              },
            ],
      ),
    );
  }
  const shares = wans.map(([index, wan]) => ({ index, known: 'down' in wan || 'weight' in wan }));
  if (device.scenario !== 'load-balancing' || !shares.some(({ known }) => known)) return [];
  return shares
    .filter(({ known }) => !known)
    .map(({ index }) => ({
      path: [...base, 'wans', index, 'down'],
      what: 'is missing, while other WANs have theirs',
      hint: 'add it in Mbit/s, or a weight: the shares are computed from them',
    }));
}

function checkBudget(base: readonly PropertyKey[], device: LooseDevice, engine: string): PlacedComplaint[] {
  const { hosts, reliability = 1, method } = device.failover ?? {};
  const count = hosts?.length ?? 3;
  const found: PlacedComplaint[] = [];
  if (reliability > count) {
    found.push({
      path: [...base, 'failover', 'reliability'],
      what: `${reliability} hosts must answer, and there are ${count}`,
      hint: `use at most ${count}`,
    });
  }
  if (engine === 'mptcp' && method !== undefined && method !== 'ping') {
    found.push({
      path: [...base, 'failover', 'method'],
      what: `${method} is a method of mwan3`,
      hint: 'use ping with the engine mptcp',
    });
  }
  return found;
}

/** Which scenario goes with which engine, and what each of them needs. */
export function checkScenarios(config: LooseConfig): PlacedComplaint[] {
  return entries(config.devices).flatMap(([index, device]) => {
    const base = ['devices', index];
    const scenario = device.scenario ?? 'aggregation';
    const engine = device.engine ?? defaultEngine(scenario);
    const pair = checkPair([...base, 'engine'], scenario, engine);
    return [
      ...pair,
      ...checkRoles(base, device),
      ...(pair.length === 0 ? checkGateway(base, device, config, engine) : []),
      ...checkRates(base, device),
      ...checkBudget(base, device, engine),
    ];
  });
}
