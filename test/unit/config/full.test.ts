import { describe, expect, it } from 'vitest';
import { effectiveText } from '../../../src/config/show.js';
import { configOf, fixture } from './support.js';

describe('a whole file', () => {
  it('becomes typed values', () => {
    const { build, gateway, devices, provision } = configOf(fixture('full.yaml'));
    expect(build.downloads).toEqual({
      mirrors: ['https://mirror.example.net/sources'],
      directory: 'dl',
      retries: 1,
      timeout: 5000,
    });
    expect(gateway?.ssh).toEqual({ user: 'debian', host: 'gw.example.net', port: 2222 });
    expect(gateway?.sshOptions.jump).toEqual({ user: 'admin', host: 'bastion.example.net' });
    expect(gateway?.address).toBe('192.0.2.7');
    expect(gateway?.tunnel.key).toEqual({ command: ['pass', 'show', 'otb/tunnel'] });
    const [home, office] = devices;
    expect(home?.wans.map(({ name, metric, table }) => [name, metric, table])).toEqual([
      ['fiber', 1, 301],
      ['vdsl', 2, 302],
      ['lte', 3, 303],
    ]);
    expect(home?.wans[2]).toMatchObject({
      proto: 'modemmanager',
      apn: 'internet',
      role: 'backup',
      pin: { env: 'LTE_PIN' },
    });
    expect(home?.failover.within).toBe(4000);
    expect(office?.lan.dhcp).toBe(false);
    expect(office?.wans.map(({ metric, table }) => [metric, table])).toEqual([
      [10, 310],
      [1, 301],
    ]);
    expect(provision).toEqual({ confirm: 180_000, parallel: 20 });
  });

  it('is frozen to its leaves', () => {
    const config = configOf(fixture('full.yaml'));
    const open: string[] = [];
    const walk = (value: unknown, path: string) => {
      if (typeof value !== 'object' || value === null) return;
      if (!Object.isFrozen(value)) open.push(path);
      for (const [key, item] of Object.entries(value)) walk(item, `${path}.${key}`);
    };
    walk(config, '');
    expect(open).toEqual([]);
  });

  it('is the same after it was printed with its defaults', () => {
    for (const name of ['full.yaml', 'minimal.yaml']) {
      const config = configOf(fixture(name));
      const shown = effectiveText(config);
      expect(configOf(shown)).toEqual(config);
      expect(effectiveText(configOf(shown))).toBe(shown);
    }
  });

  it('shows durations and destinations as they are written, and secrets as references', () => {
    const shown = effectiveText(configOf(fixture('full.yaml')));
    expect(shown).toContain('ssh: debian@gw.example.net:2222\n');
    expect(shown).toContain('silence: 45m\n');
    expect(shown).toContain('pin:\n          env: LTE_PIN\n');
    expect(shown).toContain('timezone: UTC\n');
  });

  it('may be as short as its version', () => {
    const config = configOf('version: 1\n');
    expect(config.build.recipe).toBe('openwrt');
    expect(config.devices).toEqual([]);
    expect(config).not.toHaveProperty('gateway');
  });
});

describe('what the file leaves open', () => {
  it('gives backups the last metrics, whatever their position, and steps over the given ones', () => {
    const wans = [
      '{ name: a, device: eth1, proto: dhcp, role: backup }',
      '{ name: b, device: eth2, proto: dhcp }',
      '{ name: c, device: eth3, proto: dhcp, role: off }',
      '{ name: d, device: eth4, proto: dhcp, metric: 2, table: 301 }',
      '{ name: e, device: eth5, proto: dhcp }',
    ];
    const text = `version: 1\ndevices:\n  - name: x\n    ssh: x\n    scenario: failover\n    engine: mwan3\n    wans:\n${wans.map((one) => `      - ${one}\n`).join('')}`;
    expect(configOf(text).devices[0]?.wans.map(({ name, metric, table }) => [name, metric, table])).toEqual([
      ['a', 4, 302],
      ['b', 1, 303],
      ['c', 5, 304],
      ['d', 2, 301],
      ['e', 3, 305],
    ]);
  });

  it('chooses the engine by the scenario', () => {
    const engine = (scenario: string) =>
      configOf(
        `version: 1\ngateway: { name: g, ssh: g, tunnel: { key: { env: K } } }\ndevices: [{ name: x, ssh: x, scenario: ${scenario}, wans: [{ name: a, device: eth1, proto: dhcp }] }]`,
      ).devices[0]?.engine;
    expect([engine('aggregation'), engine('load-balancing'), engine('failover')]).toEqual(['mptcp', 'mwan3', 'mptcp']);
  });
});
