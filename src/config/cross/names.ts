import { symbolOf } from '../grammar/build.js';
import { pathText } from '../problem.js';
import { entries, repeated, type LooseConfig, type PlacedComplaint } from './loose.js';

const another = 'give each its own';

/** Names that must differ: targets of the command line, WANs, remedies, symbols, packages, checks. */
export function checkNames(config: LooseConfig): PlacedComplaint[] {
  const devices = entries(config.devices);
  const targets = [
    [['gateway', 'name'], config.gateway?.name] as const,
    ...devices.map(([index, device]) => [['devices', index, 'name'], device.name] as const),
  ];
  return [
    ...repeated(targets, (name, first) => ({
      what: `${pathText(first)} is "${name}" as well`,
      hint: `${another}: it is what the command line names`,
    })),
    ...devices.flatMap(([index, device]) => checkDevice(['devices', index], device)),
    ...checkBuild(config.build),
  ];
}

function checkDevice(
  base: readonly PropertyKey[],
  device: NonNullable<LooseConfig['devices']>[number],
): PlacedComplaint[] {
  const wans = entries(device?.wans).map(([index, wan]) => [[...base, 'wans', index, 'name'], wan.name] as const);
  const policies = entries(device?.mwan3?.policies).map(
    ([index, policy]) => [[...base, 'mwan3', 'policies', index, 'name'], policy.name] as const,
  );
  const rules = entries(device?.mwan3?.rules).map(
    ([index, rule]) => [[...base, 'mwan3', 'rules', index, 'name'], rule.name] as const,
  );
  const checks = entries(device?.checks).map(
    ([index, check]) => [[...base, 'checks', index, 'name'], check.name] as const,
  );
  return [
    ...repeated([...wans, ...policies, ...rules], (name, first) => ({
      what: `${pathText(first)} is "${name}" as well`,
      hint: `${another}: WANs, policies and rules share one space of names in mwan3`,
    })),
    ...repeated(checks, (name, first) => ({ what: `${pathText(first)} is "${name}" as well`, hint: another })),
  ];
}

function checkBuild(build: LooseConfig['build']): PlacedComplaint[] {
  const symbols = entries(build?.kconfig).map(
    ([index, line]) => [['build', 'kconfig', index], symbolOf(line)] as const,
  );
  const packages = entries(build?.packages).map(
    ([index, change]) => [['build', 'packages', index], change.replace(/^[+-]/, '')] as const,
  );
  const remedies = entries(build?.remedies).map(
    ([index, one]) => [['build', 'remedies', index, 'name'], one.name] as const,
  );
  return [
    ...repeated(symbols, (symbol, first) => ({
      what: `${symbol} is set by ${pathText(first)} already`,
      hint: 'keep one',
    })),
    ...repeated(packages, (name, first) => ({ what: `${name} is in ${pathText(first)} already`, hint: 'keep one' })),
    ...repeated(remedies, (name, first) => ({ what: `${pathText(first)} is "${name}" as well`, hint: another })),
  ];
}
