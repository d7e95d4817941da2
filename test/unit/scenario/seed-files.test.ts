import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/parse-config.js';
import { seedFiles } from '../../../src/scenario/seed-files.js';

function device(more = '') {
  const text = `version: 1
devices:
  - name: home
    ssh: root@192.168.7.1
    lan: { address: 192.168.7.1/22 }
    engine: mwan3
    scenario: failover
    wans: [{ name: a, device: eth1, proto: dhcp }, { name: b, device: eth2, proto: dhcp }]
${more}`;
  const { config, problems } = parseConfig(text, 'otb.yaml');
  const [first] = config?.devices ?? [];
  if (!first) throw new Error(JSON.stringify(problems));
  return first;
}

describe('what a disk is seeded with', () => {
  it('is a script for the first start: host name and address', () => {
    const [script, ...rest] = seedFiles(device(), []);
    expect(rest).toEqual([]);
    expect(script).toMatchObject({ path: 'etc/uci-defaults/50-otb-seed', mode: 0o755 });
    expect(script?.text).toBe(`#!/bin/sh
# Written by \`otb flash --seed\`.
uci -q set 'system.@system[0].hostname=home' || exit 1
uci -q set 'network.lan.ipaddr=192.168.7.1' || exit 1
uci -q set 'network.lan.netmask=255.255.252.0' || exit 1
uci commit system || exit 1
uci commit network
`);
  });

  it('and the keys that may log in, readable for root alone', () => {
    expect(seedFiles(device(), ['ssh-ed25519 AAAA one', 'ssh-ed25519 BBBB two'])[1]).toEqual({
      path: 'etc/dropbear/authorized_keys',
      text: 'ssh-ed25519 AAAA one\nssh-ed25519 BBBB two\n',
      mode: 0o600,
    });
  });
});
