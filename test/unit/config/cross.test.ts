import { describe, expect, it } from 'vitest';
import { problemsOf } from './support.js';

const gateway = 'gateway: { name: paris, ssh: gw, tunnel: { key: { env: K } } }\n';
const wans = '[{ name: a, device: eth1, proto: dhcp }, { name: b, device: eth2, proto: dhcp }]';

/** What is wrong with one device of two WANs, without places. */
function ofDevice(options: string, { lines = wans, before = gateway } = {}): string[] {
  const text = `version: 1\n${before}devices:\n  - name: home\n    ssh: home\n    wans: ${lines}\n${options
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('')}`;
  return problemsOf(text).map((one) => one.replace(/^otb\.yaml:\d+:\d+: (devices\[0\]\.?)?/, ''));
}

function ofForwards(forwards: string, tunnel = 'key: { env: K }'): string[] {
  const text = `version: 1\ngateway:\n  name: paris\n  ssh: gw:2222\n  tunnel: { ${tunnel} }\n  forwards: ${forwards}\ndevices: [{ name: home, ssh: home, wans: ${wans} }]\n`;
  return problemsOf(text).map((one) => one.replace(/^otb\.yaml:\d+:\d+: gateway\./, ''));
}

describe('scenarios and engines', () => {
  it('says why a pair cannot be', () => {
    expect(ofDevice('engine: mwan3')).toEqual([
      'engine: mwan3 cannot aggregate: it gives each connection to one WAN; use engine: mptcp, or scenario: load-balancing',
    ]);
    expect(ofDevice('scenario: load-balancing\nengine: mptcp')).toEqual([
      'engine: mptcp does not balance: it uses all WANs for each connection; use engine: mwan3, or scenario: aggregation',
    ]);
    expect(ofDevice('scenario: failover\nengine: mwan3', { before: '' })).toEqual([]);
    expect(ofDevice('scenario: failover', { before: '' })).toEqual([
      'scenario: failover with mptcp needs a gateway, where the links come together; add the section gateway, or use engine: mwan3 with load-balancing or failover',
    ]);
  });

  it('wants one WAN that works, and at most eight', () => {
    const all = (role: string, count: number) =>
      `[${Array.from({ length: count }, (_, index) => `{ name: w${index}, device: eth${index + 1}, proto: dhcp, role: ${role} }`).join(', ')}]`;
    expect(ofDevice('', { lines: all('backup', 2) })).toEqual([
      'wans: no WAN has the role on; set role: on for at least one',
    ]);
    expect(ofDevice('', { lines: all('on', 8) })).toEqual([]);
    expect(ofDevice('', { lines: all('on', 9) })).toEqual([
      'wans: there are more than 8 WANs; keep 8: the kernel opens 8 subflows per connection, a ninth WAN would carry nothing',
    ]);
    expect(ofDevice('', { lines: '[]' })).toEqual(['wans: the list has too few items; give at least 1']);
  });

  it('wants rates where shares are computed of them', () => {
    expect(
      ofDevice('qos: {}', {
        lines:
          '[{ name: a, device: eth1, proto: dhcp, down: 5, up: 1 }, { name: b, device: eth2, proto: dhcp, down: 5 }]',
      }),
    ).toEqual(['wans[1].up: is missing, and qos needs it; add it in Mbit/s, for example up: 50']);
    expect(
      ofDevice('scenario: load-balancing', {
        lines: '[{ name: a, device: eth1, proto: dhcp, weight: 5 }, { name: b, device: eth2, proto: dhcp }]',
      }),
    ).toEqual([
      'wans[1].down: is missing, while other WANs have theirs; add it in Mbit/s, or a weight: the shares are computed from them',
    ]);
  });

  it('refuses a budget that cannot be met', () => {
    expect(ofDevice('failover: { within: 3s, interval: 1s, down: 3, timeout: 1s }')).toEqual([
      'failover.within: interval × down + timeout is 4s, more than 3s; probe more often, or allow more time',
    ]);
    expect(ofDevice('scenario: load-balancing\nfailover: { within: 1s }')).toEqual([
      'failover.within: mwan3 cannot notice within 1s: it counts in whole seconds; use at least 2s',
    ]);
    expect(ofDevice('failover: { hosts: [1.1.1.1], reliability: 2 }')).toEqual([
      'failover.reliability: 2 hosts must answer, and there are 1; use at most 1',
    ]);
    expect(ofDevice('mptcp: { subflows: 1 }')).toEqual([
      'mptcp.subflows: 1 subflows for 2 WANs; use at least 2, or leave it out: the others would carry nothing',
    ]);
  });
});

describe('names', () => {
  it('of devices and the gateway are one space', () => {
    const text = `version: 1\ngateway: { name: paris, ssh: gw, tunnel: { key: { env: K } } }\ndevices:\n  - { name: paris, ssh: a, wans: ${wans} }\n  - { name: home, ssh: a, wans: ${wans} }\n  - { name: home, ssh: a, wans: ${wans} }\n`;
    expect(problemsOf(text)).toEqual([
      'otb.yaml:4:13: devices[0].name: gateway.name is "paris" as well; give each its own: it is what the command line names',
      'otb.yaml:6:13: devices[2].name: devices[1].name is "home" as well; give each its own: it is what the command line names',
    ]);
  });

  it('of WANs, policies and rules are one space', () => {
    expect(
      ofDevice(
        'mwan3: { policies: [{ name: a, members: [{ wan: a }] }], rules: [{ name: x, policy: a }, { name: x, policy: a }] }',
      ),
    ).toEqual([
      'mwan3.policies[0].name: devices[0].wans[0].name is "a" as well; give each its own: WANs, policies and rules share one space of names in mwan3',
      'mwan3.rules[1].name: devices[0].mwan3.rules[0].name is "x" as well; give each its own: WANs, policies and rules share one space of names in mwan3',
    ]);
  });
});

describe('addresses and devices', () => {
  const two = (first: string, second: string) => `[{ name: a, ${first} }, { name: b, ${second} }]`;
  it('a network device belongs to one', () => {
    expect(ofDevice('', { lines: two('device: eth1, proto: dhcp', 'device: eth1, proto: dhcp') })).toEqual([
      'wans[1].device: eth1 belongs to devices[0].wans[0] already; use another device, a vlan, or macvlan: true',
    ]);
    expect(ofDevice('', { lines: two('device: eth0, proto: dhcp', 'device: eth1, proto: dhcp') })).toEqual([
      'wans[0].device: eth0 belongs to the LAN (devices[0].lan.devices[0], by default) already; use another device, a vlan, or macvlan: true',
    ]);
    expect(
      ofDevice('lan: { devices: [eth9] }', {
        lines: two('device: eth1, proto: dhcp, vlan: 5', 'device: eth1, proto: dhcp, vlan: 6'),
      }),
    ).toEqual([]);
    expect(
      ofDevice('', {
        lines: two('device: eth0, proto: dhcp, macvlan: true', 'device: eth0, proto: dhcp, macvlan: true'),
      }),
    ).toEqual([]);
  });

  it('networks are apart, next hops are near', () => {
    const fixed = (address: string, hop: string) => `device: eth1, proto: static, address: ${address}, gateway: ${hop}`;
    const rest = 'device: eth2, proto: dhcp';
    expect(ofDevice('', { lines: two(fixed('192.168.100.7/16', '192.168.0.1'), rest) })).toEqual([
      'wans[0].address: 192.168.100.7/16 overlaps the LAN; give the LAN another network (lan.address): the router could not tell them apart',
    ]);
    expect(ofDevice('', { lines: two(fixed('192.0.2.2/24', '192.0.3.1'), rest) })).toEqual([
      'wans[0].gateway: 192.0.3.1 is not in the network of 192.0.2.2/24; check both',
    ]);
    expect(ofDevice('', { lines: two(fixed('192.0.2.2/24', '192.0.2.2'), rest) })).toEqual([
      "wans[0].gateway: this is the router's own address; give the address of the next hop",
    ]);
  });

  it('metrics and tables are unique', () => {
    expect(
      ofDevice('', {
        lines: two(
          'device: eth1, proto: dhcp, metric: 5, table: 400',
          'device: eth2, proto: dhcp, metric: 5, table: 400',
        ),
      }),
    ).toEqual([
      'wans[1].metric: devices[0].wans[0].metric is 5 as well; give each WAN its own: the kernel keeps one default route per metric',
      'wans[1].table: devices[0].wans[0].table is 400 as well; give each WAN its own routing table',
    ]);
  });

  it('the pool of addresses fits the LAN', () => {
    expect(ofDevice('lan: { address: 10.0.0.1/28 }')).toEqual([
      'lan.address: 150 addresses from number 100 on do not fit into the LAN, which has 14; set lan.dhcp.start and lan.dhcp.limit to fit, or dhcp: false',
    ]);
    expect(ofDevice('lan: { address: 10.0.0.1/28, dhcp: { start: 2, limit: 13 } }')).toEqual([]);
    expect(ofDevice('lan: { address: 10.0.0.1/28, dhcp: { start: 2, limit: 14 } }')).toEqual([
      'lan.dhcp: 14 addresses from number 2 on do not fit into the LAN, which has 14; set lan.dhcp.start and lan.dhcp.limit to fit, or dhcp: false',
    ]);
    expect(ofDevice('lan: { address: 10.0.0.1/31, dhcp: false }')).toEqual([]);
  });
});

describe('mwan3', () => {
  it('rules name policies, policies name WANs', () => {
    expect(
      ofDevice(
        'mwan3: { policies: [{ name: voip, members: [{ wan: aa }, { wan: b }, { wan: b }] }], rules: [{ name: sip, policy: voipp }, { name: x, policy: balanced }, { name: y, policy: default }] }',
      ),
    ).toEqual([
      'mwan3.policies[0].members[0].wan: there is no WAN "aa"; did you mean "a"?',
      'mwan3.policies[0].members[2].wan: b is in this policy already; keep one',
      'mwan3.rules[0].policy: there is no policy "voipp"; did you mean "voip"?',
      'mwan3.rules[1].policy: there is no policy "balanced"; there are: voip, default, unreachable, blackhole',
    ]);
    expect(ofDevice('mwan3: { policies: [{ name: empty, members: [] }] }')).toEqual([
      'mwan3.policies[0].members: the list has too few items; give at least 1',
    ]);
  });

  it('ports need a protocol that has them', () => {
    expect(
      ofDevice(
        'mwan3: { rules: [{ name: x, policy: default, destinationPort: 80 }, { name: y, proto: udp, policy: default, sourcePort: "1024:2048" }, { name: z, proto: tcp, policy: default, sourcePort: "80;81" }] }',
      ),
    ).toEqual([
      'mwan3.rules[0].destinationPort: all has no ports; set proto: tcp or proto: udp',
      'mwan3.rules[2].sourcePort: this is no list of ports; write 80, "80,443" or "1024:2048"',
    ]);
  });

  it('names are short enough for mwan3', () => {
    expect(ofDevice('mwan3: { rules: [{ name: sixteen_letters_, policy: default }] }')).toEqual([
      'mwan3.rules[0].name: the name has 16 characters; use at most 15: mwan3 silently skips policies and rules with longer names',
    ]);
  });
});

describe('forwards', () => {
  it('go to devices that there are, and into their LAN', () => {
    expect(ofForwards('[{ port: 443, to: hom }]')).toEqual([
      'forwards[0].to: there is no device "hom"; did you mean "home"?',
    ]);
    expect(ofForwards('[{ port: 443, to: zzzzz }]')).toEqual([
      'forwards[0].to: there is no device "zzzzz"; there are: home',
    ]);
    expect(ofForwards('[{ port: 443, to: home, address: 10.0.0.1 }]')).toEqual([
      'forwards[0].address: 10.0.0.1 is not in the LAN of home; check it against lan.address',
    ]);
  });

  it('leave the gateway its own ports', () => {
    expect(ofForwards('[{ port: 2222, to: home }, { port: 22, to: home }]')).toEqual([
      'forwards[0].port: port 2222 is where otb and you log in to the gateway (SSH); leave it out',
    ]);
    expect(ofForwards('[{ port: 8000-9000, proto: udp, to: home }]')).toEqual([
      'forwards[0].port: port 8388 is where the tunnel arrives; leave it out',
    ]);
    expect(ofForwards('[{ port: 8000-9000, proto: udp, to: home }]', 'udp: false, key: { env: K }')).toEqual([]);
    expect(ofForwards('[{ port: all, proto: both, to: home }]')).toEqual([]);
    expect(ofForwards('[]', 'port: 2222, key: { env: K }')).toEqual([
      'tunnel.port: port 2222 is where otb and you log in to the gateway (SSH); choose another port',
    ]);
  });

  it('take each port once', () => {
    expect(
      ofForwards(
        '[{ port: 100-200, to: home }, { port: 150, to: home }, { port: 150, proto: udp, to: home }, { port: 201, to: home }]',
      ),
    ).toEqual(['forwards[1].port: tcp: gateway.forwards[0] takes this port already; a port leads to one place']);
    expect(ofForwards('[{ port: all, to: home }, { port: 443, to: home }]')).toEqual([]);
    expect(
      ofForwards(
        '[{ port: 65000-65535, to: home, toPort: 65001 }, { port: all, toPort: 1, proto: udp, to: home }, { port: 90-80, to: home }, { port: 70000, to: home }]',
      ),
    ).toEqual([
      'forwards[0].toPort: the range would end above port 65535; begin lower',
      'forwards[1].toPort: all ports cannot go to one; delete toPort',
      'forwards[2].port: the range 90-80 runs backwards; write 80-90',
      'forwards[3].port: the number 70000 is too large; use at most 65535',
    ]);
  });
});

describe('all problems in one go', () => {
  it('also those between parts, when other parts are wrong by themselves', () => {
    const text = `version: 2\nbiuld: {}\ngateway:\n  name: paris\n  ssh: gw\n  tunnel: { key: { env: K } }\n  forwards: [{ port: 443, to: hom }, { port: 0, to: home }]\ndevices:\n  - name: home\n    ssh: home\n    engine: mwan3\n    engine: mptcp\n    wans: [{ name: a-b, device: eth1, proto: dhcp }, { name: b, device: eth1, proto: dhcp, metric: x }]\n`;
    expect(problemsOf(text)).toEqual([
      'otb.yaml:1:10: version: expected 1, this is the number 2; write 1',
      'otb.yaml:2:1: biuld: there is no such section; did you mean "build"?',
      'otb.yaml:7:31: gateway.forwards[0].to: there is no device "hom"; did you mean "home"?',
      'otb.yaml:7:46: gateway.forwards[1].port: the number 0 is too small; use at least 1',
      'otb.yaml:11:13: devices[0].engine: mwan3 cannot aggregate: it gives each connection to one WAN; use engine: mptcp, or scenario: load-balancing',
      'otb.yaml:12:5: devices[0].engine: the key "engine" is already in line 11; keep one of the two',
      'otb.yaml:13:20: devices[0].wans[0].name: the name of a WAN holds "-"; UCI allows only letters, digits and _',
      'otb.yaml:13:73: devices[0].wans[1].device: eth1 belongs to devices[0].wans[0] already; use another device, a vlan, or macvlan: true',
      'otb.yaml:13:100: devices[0].wans[1].metric: expected a number, this is the text "x"',
    ]);
  });

  it('but not more than anybody reads', () => {
    const text = `version: 1\nbuild:\n  packages:\n${'    - a b\n'.repeat(5000)}`;
    const problems = problemsOf(text);
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toBe('otb.yaml:5003:7: and 4900 more problems up to here; begin with the first ones');
  });
});
