import { suggest } from '../explain/suggest.js';
import { entries, repeated, type LooseConfig, type LooseDevice, type PlacedComplaint } from './loose.js';

type Path = readonly PropertyKey[];

const everywhere = ['default', 'unreachable', 'blackhole'];

/** The policy that otb makes for a scenario, when mwan3 is its engine. */
function ownPolicies({ scenario, engine }: LooseDevice): string[] {
  if (scenario === 'load-balancing') return ['balanced'];
  return scenario === 'failover' && engine === 'mwan3' ? ['failover'] : [];
}

function unknown(path: Path, kind: string, given: string, known: readonly string[]): PlacedComplaint {
  const meant = suggest(given, known);
  const hint = meant === undefined ? `there are: ${known.slice(0, 20).join(', ')}` : `did you mean "${meant}"?`;
  return { path, what: `there is no ${kind} "${given.slice(0, 40)}"`, ...(known.length > 0 && { hint }) };
}

function checkPolicies(base: Path, device: LooseDevice): PlacedComplaint[] {
  const wans = entries(device.wans).flatMap(([, { name }]) => (name === undefined ? [] : [name]));
  return entries(device.mwan3?.policies).flatMap(([index, policy]) => {
    const path = [...base, 'mwan3', 'policies', index, 'members'];
    const members = entries(policy.members).map(([position, { wan }]) => [[...path, position, 'wan'], wan] as const);
    return [
      ...members.flatMap(([place, wan]) =>
        wan === undefined || wans.includes(wan) ? [] : [unknown(place, 'WAN', wan, wans)],
      ),
      ...repeated(members, (wan) => ({ what: `${wan} is in this policy already`, hint: 'keep one' })),
    ];
  });
}

function checkRules(base: Path, device: LooseDevice): PlacedComplaint[] {
  const policies = entries(device.mwan3?.policies).flatMap(([, { name }]) => (name === undefined ? [] : [name]));
  const known = new Set([...policies, ...ownPolicies(device), ...everywhere]);
  return entries(device.mwan3?.rules).flatMap(([index, rule]) => {
    const path = [...base, 'mwan3', 'rules', index];
    const found: PlacedComplaint[] = [];
    if (rule.policy !== undefined && !known.has(rule.policy)) {
      found.push(unknown([...path, 'policy'], 'policy', rule.policy, [...known]));
    }
    if (rule.proto === 'tcp' || rule.proto === 'udp') return found;
    for (const key of ['sourcePort', 'destinationPort'] as const) {
      if (rule[key] === undefined) continue;
      found.push({
        path: [...path, key],
        what: `${rule.proto ?? 'all'} has no ports`,
        hint: 'set proto: tcp or proto: udp',
      });
    }
    return found;
  });
}

/** Policies of WANs that exist, rules of policies that exist, ports only where there are ports. */
export function checkMwan3(config: LooseConfig): PlacedComplaint[] {
  return entries(config.devices).flatMap(([index, device]) => {
    const base = ['devices', index];
    return [...checkPolicies(base, device), ...checkRules(base, device)];
  });
}
