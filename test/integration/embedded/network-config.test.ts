import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../../support/needs.js';
import { Lab, routerNeeds } from './network-lab.js';

const loopback = `
config interface 'loopback'
	option ifname 'lo'
	option proto 'static'
	option ipaddr '127.0.0.1'
	option netmask '255.0.0.0'
`;

describeWith(routerNeeds, 'what /etc/config/network may say', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.start({ wans: 2, config: { network: loopback } });
  });
  afterAll(() => (lab as Lab | undefined)?.stop());

  /** Loads a configuration beside the loopback. */
  async function load(text: string): Promise<void> {
    await lab.write('/etc/config/network', loopback + text);
    await lab.run('netifd reload');
  }

  it('knows the form of 19.07: bridge and settings on the interface', async () => {
    await load(`
config interface 'lan'
	option type 'bridge'
	option ifname 'eth0 eth9'
	option proto 'static'
	list ipaddr '192.168.100.1/24'
	list ipaddr '172.16.5.1/255.255.0.0'
	option macaddr '02:00:00:00:00:10'
	option mtu '1400'
`);
    const status = await lab.status('lan');
    expect(status).toMatchObject({ up: true, device: 'br-lan' });
    expect(status['ipv4-address']).toEqual([
      { address: '192.168.100.1', mask: 24 },
      { address: '172.16.5.1', mask: 16 },
    ]);
    expect(await lab.run('cat /sys/class/net/br-lan/address /sys/class/net/br-lan/mtu')).toBe(
      '02:00:00:00:00:10\n1400',
    );
    const device = JSON.parse(await lab.run('devstatus br-lan')) as Record<string, unknown>;
    expect(device).toMatchObject({ present: true, type: 'bridge', up: true, mtu: 1400, 'bridge-members': ['eth0'] });
  });

  it('names what is wrong as netifd does', async () => {
    await load(`
config interface 'missing'
	option device 'eth9'
	option proto 'dhcp'

config interface 'address'
	option device 'eth0'
	option proto 'static'
	option ipaddr '192.168.1.999'

config interface 'mask'
	option device 'eth0'
	option proto 'static'
	option ipaddr '192.168.1.1'
	option netmask '255.0.255.0'

config interface 'gateway'
	option device 'eth0'
	option proto 'static'
	option ipaddr '192.168.1.1/24'
	option gateway 'nowhere'

config interface 'pppoe'
	option device 'eth0'
	option proto 'pppoe'
	option username 'me'

config interface 'unknown'
	option device 'eth1'
	option proto 'frobnicate'
`);
    const codes = async (name: string) => (await lab.status(name)).errors?.map(({ code }) => code);
    expect(await lab.status('missing')).toMatchObject({ up: false, pending: false, available: false });
    expect(await codes('missing')).toEqual(['NO_DEVICE']);
    expect(await lab.status('address')).toMatchObject({
      up: false,
      errors: [{ subsystem: 'proto', code: 'INVALID_ADDRESS', data: ['192.168.1.999'] }],
    });
    expect(await codes('mask')).toEqual(['INVALID_NETMASK']);
    expect(await codes('gateway')).toEqual(['INVALID_GATEWAY']);
    expect(await codes('pppoe')).toEqual(['INVALID_PROTO']);
    expect(await lab.status('unknown')).toMatchObject({ up: true, proto: 'none' });
    const dump = JSON.parse(await lab.run('/usr/libexec/ubus/network.interface call dump </dev/null')) as {
      interface: { interface: string }[];
    };
    expect(dump.interface.map((one) => one.interface)).toHaveLength(7);
  });

  it('never runs a value', async () => {
    const hostile = '$(touch /tmp/owned) `touch /tmp/owned`; touch /tmp/owned';
    const options = [
      'device',
      'ipaddr',
      'netmask',
      'gateway',
      'dns',
      'metric',
      'ip4table',
      'macaddr',
      'mtu',
      'hostname',
      'proto',
    ];
    const bad = options.map(
      (name) => `
config interface 'bad_${name}'
	option proto 'static'
	option device 'eth0'
	option ipaddr '10.8.0.1/24'
	option ${name} '${hostile}'
`,
    );
    await load(`${bad.join('')}
config interface 'client'
	option device 'eth1'
	option proto 'dhcp'
	option hostname '${hostile}'
	option vendorid '-x ${hostile}'

config rule
	option src '${hostile}'
	option lookup '${hostile}'

config route
	option interface 'client'
	option target '${hostile}'

config device
	option name '../../tmp/${hostile}'
	option type 'bridge'
`);
    await lab.waitFor('client');
    expect((await lab.exec('ls /tmp/owned /var/run/netifd/owned')).stdout).toBe('');
    for (const name of options) JSON.parse(await lab.run(`ifstatus bad_${name}`));
  });

  it('adds routes and rules, and takes them away', async () => {
    await load(`
config interface 'wan'
	option device 'eth1'
	option proto 'static'
	option ipaddr '10.1.0.2/24'
	option metric '5'

config route
	option interface 'wan'
	option target '10.77.0.0'
	option netmask '255.255.0.0'
	option gateway '10.1.0.1'

config route
	option interface 'loopback'
	option type 'local'
	option target '0.0.0.0/0'
	option table '100'

config rule
	option mark '0x1/0xff'
	option lookup '100'
	option priority '50'

config rule
	option in 'wan'
	option src '10.77.0.0/16'
	option ipproto 'tcp'
	option dport '80'
	option action 'prohibit'
	option priority '51'

config rule
	option invert '1'
	option dest '10.0.0.0/8'
	option lookup 'main'
	option suppress_prefixlength '0'
	option priority '52'
`);
    expect(await lab.run('ip route')).toContain('10.77.0.0/16 via 10.1.0.1 dev eth1 proto static metric 5');
    expect(await lab.run('ip route show table 100')).toContain('local default dev lo proto static');
    const rules = (await lab.run('ip rule')).split('\n').map((line) => line.replace(/\s+/g, ' ').trim());
    expect(rules).toContain('50: from all fwmark 0x1/0xff lookup 100');
    expect(rules.join('|')).toMatch(/51: from 10\.77\.0\.0\/16 iif eth1 ipproto (tcp|6|ipproto-6) dport 80 prohibit/);
    expect(rules).toContain('52: not from all to 10.0.0.0/8 lookup main suppress_prefixlength 0');
    await load('');
    expect(await lab.run('ip route; ip rule')).not.toMatch(/10\.77|fwmark|prohibit|suppress/);
  });

  it('makes macvlans and veths, and removes what it made', async () => {
    await load(`
config device
	option name 'upper'
	option type 'macvlan'
	option ifname 'eth1'
	option macaddr '02:00:00:00:00:33'

config interface 'upper'
	option device 'upper'
	option proto 'dhcp'

config device
	option name 'one'
	option type 'veth'
	option peer_name 'two'

config interface 'one'
	option device 'one'
	option proto 'static'
	option ipaddr '10.6.0.1/24'

config interface 'alias'
	option device '@one'
	option proto 'static'
	option ipaddr '10.7.0.1/24'
`);
    expect((await lab.waitFor('upper'))['ipv4-address']?.[0]?.address).toMatch(/^10\.1\.0\./);
    expect(await lab.run('cat /sys/class/net/upper/address')).toBe('02:00:00:00:00:33');
    expect(await lab.run('ip -4 -o addr show one')).toMatch(/10\.6\.0\.1[^]*10\.7\.0\.1/);
    await load('');
    expect(await lab.run('ls /sys/class/net')).not.toMatch(/upper|one|two/);
  });

  it('keeps what runs when the file cannot be read', async () => {
    await load("\nconfig interface 'wan'\n\toption device 'eth1'\n\toption proto 'dhcp'\n");
    await lab.waitFor('wan');
    await lab.write('/etc/config/network', "config interface 'wan\n");
    expect((await lab.exec('netifd reload')).exitCode).toBe(1);
    expect((await lab.status('wan')).up).toBe(true);
  });

  it('takes classless routes, and a gateway out of the subnet', async () => {
    await load(
      "\nconfig interface 'wan'\n\toption device 'eth2'\n\toption proto 'dhcp'\n\toption metric '3'\n\toption peerdns '0'\n\tlist dns '9.9.9.9'\n",
    );
    await lab.waitFor('wan');
    const say = (words: string) =>
      lab.run(
        `t=$(sed -n 's/^token //p' /var/run/netifd/interface/wan/state)
         INTERFACE=wan NETIFD_TOKEN=$t ip=10.2.0.8 mask=32 ${words} /lib/netifd/dhcp.script bound`,
      );
    await say("router='10.2.0.1 10.2.0.2' dns='10.2.0.1 $(touch,/tmp/owned)'");
    await lab.until('ip route | grep -q "default via 10.2.0.1 dev eth2 .* src 10.2.0.8 metric 3"');
    expect(await lab.run('ip route')).toMatch(/10\.2\.0\.1 dev eth2 proto static scope link/);
    expect((await lab.status('wan'))['dns-server']).toEqual(['9.9.9.9']);
    await say(
      "router='10.2.0.1' staticroutes='10.50.0.0/16 10.2.0.1 10.2.0.1/32 0.0.0.0 junk junk 0.0.0.0/0 10.2.0.1'",
    );
    await lab.until('ip route | grep -q "10.50.0.0/16 via 10.2.0.1 dev eth2"');
    expect(await lab.run('ip route')).toContain('default via 10.2.0.1');
  });
});
