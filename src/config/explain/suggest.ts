import leven from 'leven';

/** Words that people write for something that has another name here. */
const otherWords: Readonly<Record<string, string>> = {
  iface: 'device',
  ifname: 'device',
  interface: 'device',
  nic: 'device',
  ip: 'address',
  ipaddr: 'address',
  host: 'ssh',
  type: 'proto',
  protocol: 'proto',
  wan: 'wans',
  device: 'devices',
  router: 'devices',
  routers: 'devices',
  vps: 'gateway',
  server: 'gateway',
  download: 'down',
  upload: 'up',
  cipher: 'method',
  password: 'key',
  target: 'recipe',
};

/** A suggestion out of thousands of names would be chance, and would take its time. */
const mostCandidates = 100;

/** The word somebody probably meant; undefined when none is near. */
export function suggest(given: string, known: readonly string[]): string | undefined {
  if (given.length > 40) return undefined;
  const lower = given.toLowerCase().replaceAll(/[-_]/g, '');
  const meant = otherWords[lower];
  const distance = (word: string) => leven(lower, word.toLowerCase(), { maxDistance: 4 });
  const [nearest] = known.slice(0, mostCandidates).sort((one, other) => distance(one) - distance(other));
  const allowed = lower.length < 4 ? 1 : lower.length < 8 ? 2 : 3;
  if (nearest !== undefined && distance(nearest) <= allowed) return nearest;
  return meant !== undefined && known.includes(meant) ? meant : undefined;
}
