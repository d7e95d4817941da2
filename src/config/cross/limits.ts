import { parseDuration } from '../grammar/units.js';
import { defaultEngine } from './scenarios.js';
import { entries, type LooseConfig, type LooseDevice, type PlacedComplaint } from './loose.js';

type Path = readonly PropertyKey[];

/** `pppoe-` before the name, and 15 characters for a network device. */
const longestPppoe = 9;

function checkPppoe(base: Path, device: LooseDevice): PlacedComplaint[] {
  return entries(device.wans).flatMap(([index, { proto, name }]) => {
    if (proto !== 'pppoe' || name === undefined || name.length <= longestPppoe) return [];
    const what = `the name of a pppoe WAN has ${name.length} characters`;
    return [
      {
        path: [...base, 'wans', index, 'name'],
        what,
        hint: `use at most ${longestPppoe}: the network device is called pppoe-${name}, and the kernel allows 15`,
      },
    ];
  });
}

function checkSubflows(base: Path, device: LooseDevice): PlacedComplaint[] {
  const wans = entries(device.wans).filter(([, { role }]) => role !== 'off').length;
  const subflows = device.mptcp?.subflows;
  if (subflows === undefined || subflows >= wans) return [];
  return [
    {
      path: [...base, 'mptcp', 'subflows'],
      what: `${subflows} subflows for ${wans} WANs`,
      hint: `use at least ${wans}, or leave it out: the others would carry nothing`,
    },
  ];
}

function checkBudget(base: Path, device: LooseDevice): PlacedComplaint[] {
  const { within = '3s', interval, timeout, down } = device.failover ?? {};
  const path = [...base, 'failover', 'within'];
  const [budget, each, answer] = [within, interval ?? '0s', timeout ?? '0s'].map((value) => parseDuration(value) ?? 0);
  const engine = device.engine ?? defaultEngine(device.scenario ?? 'aggregation');
  if (budget === undefined || each === undefined || answer === undefined) return [];
  if (engine === 'mwan3' && budget < 2000) {
    return [
      { path, what: `mwan3 cannot notice within ${within}: it counts in whole seconds`, hint: 'use at least 2s' },
    ];
  }
  const worst = each * (down ?? 1) + answer;
  if (worst <= budget) return [];
  return [
    {
      path,
      what: `interval × down + timeout is ${worst / 1000}s, more than ${within}`,
      hint: 'probe more often, or allow more time',
    },
  ];
}

/** Figures that do not fit together. */
export function checkLimits(config: LooseConfig): PlacedComplaint[] {
  return entries(config.devices).flatMap(([index, device]) => {
    const base = ['devices', index];
    return [...checkPppoe(base, device), ...checkSubflows(base, device), ...checkBudget(base, device)];
  });
}
