import { Failure } from '../../core/failure.js';
import type { Starter, StarterValue } from '../../config/starter.js';

/** The options of `otb init` as commander gives them. */
export interface InitFlags {
  recipe?: string;
  deviceName?: string;
  ssh?: string;
  lan?: string;
  scenario?: string;
  engine?: string;
  wan?: readonly string[];
  gateway?: string;
  gatewayName?: string;
}

const numeric = new Set(['down', 'up', 'vlan', 'mtu', 'metric', 'table', 'weight']);

/** Reads `name=fiber,device=eth1,down=500`. */
export function parseWanFlag(text: string): Record<string, StarterValue> {
  const pairs = text.split(',').map((part) => {
    const [, key, value] = /^\s*(\w+)=(.*)$/s.exec(part) ?? [];
    if (key === undefined || value === undefined) {
      throw new Failure(
        `--wan ${JSON.stringify(text.slice(0, 80))}: ${JSON.stringify(part.slice(0, 40))} is no key=value`,
        {
          code: 'usage',
          hint: 'Write --wan name=fiber,device=eth1,proto=dhcp,down=500,up=200 once for each WAN.',
        },
      );
    }
    return [key, numeric.has(key) && /^\d{1,9}(\.\d{1,3})?$/.test(value) ? Number(value) : value] as const;
  });
  const wan = Object.fromEntries(pairs);
  return 'proto' in wan ? wan : { ...wan, proto: 'dhcp' };
}

const exampleWans = [
  { name: 'wan1', device: 'eth1', proto: 'dhcp' },
  { name: 'wan2', device: 'eth2', proto: 'dhcp' },
] as const;

/** True when what the flags ask for cannot do without a gateway. */
export function needsGateway({ scenario = 'aggregation', engine }: InitFlags): boolean {
  return scenario !== 'load-balancing' && engine !== 'mwan3';
}

/** What the flags say, and a good example where they say nothing. */
export function starterFromFlags(flags: InitFlags): Starter {
  const gateway = flags.gateway ?? (needsGateway(flags) ? 'debian@gw.example.net' : undefined);
  return {
    recipe: flags.recipe ?? 'openwrt',
    deviceName: flags.deviceName ?? 'home',
    ssh: flags.ssh ?? 'root@192.168.100.1',
    lan: flags.lan ?? '192.168.100.1/24',
    scenario: flags.scenario ?? 'aggregation',
    ...(flags.engine !== undefined && { engine: flags.engine }),
    wans: flags.wan ? flags.wan.map(parseWanFlag) : exampleWans,
    ...(gateway !== undefined && { gateway: { name: flags.gatewayName ?? 'gateway', ssh: gateway } }),
  };
}
