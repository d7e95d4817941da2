import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../../support/needs.js';
import { Lab, routerNeeds } from './network-lab.js';

const network = `
config interface 'loopback'
	option device 'lo'
	option proto 'static'
	option ipaddr '127.0.0.1'
	option netmask '255.0.0.0'

config globals 'globals'
	option ula_prefix 'fd12:3456:789a::/48'

config device
	option name 'br-lan'
	option type 'bridge'
	list ports 'eth0'

config interface 'lan'
	option device 'br-lan'
	option proto 'static'
	option ipaddr '192.168.100.1'
	option netmask '255.255.255.0'
	option ip4table 'lan'
	option ip6assign '60'

config rule 'lan_rule'
	option lookup 'lan'
	option priority '100'

config interface 'wan1'
	option device 'eth1'
	option proto 'dhcp'
	option metric '1'
	option ip4table '201'
	option multipath 'on'

config interface 'wan2'
	option device 'eth2'
	option proto 'dhcp'
	option metric '2'
`;

describeWith(routerNeeds, 'the network of the embedded router', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.start({
      wans: 2,
      config: { network },
      files: { '/etc/iproute2/rt_tables': '255 local\n254 main\n253 default\n50 lan\n' },
    });
    await lab.waitFor('wan1');
    await lab.waitFor('wan2');
  });
  afterAll(() => (lab as Lab | undefined)?.stop());

  it('sets up the LAN bridge at boot', async () => {
    const status = await lab.status('lan');
    expect(status).toMatchObject({ up: true, pending: false, available: true, proto: 'static', device: 'br-lan' });
    expect(status['ipv4-address']).toEqual([{ address: '192.168.100.1', mask: 24 }]);
    expect(status['ipv6-address']).toEqual([{ address: 'fd12:3456:789a::1', mask: 60 }]);
    expect(await lab.run('ls /sys/class/net/br-lan/brif')).toBe('eth0');
    expect(await lab.run('cat /sys/class/net/br-lan/address')).toBe(await lab.run('cat /sys/class/net/eth0/address'));
    await lab.at('lan', 'ip addr add 192.168.100.7/24 dev lan0 && ping -c 1 -W 3 192.168.100.1');
  });

  it('takes a lease with a metric, and says so as the real ifstatus does', async () => {
    const status = await lab.status('wan2');
    const address = status['ipv4-address']?.[0]?.address ?? '';
    expect(address).toMatch(/^10\.2\.0\.\d+$/);
    expect(status).toMatchObject({
      up: true,
      l3_device: 'eth2',
      proto: 'dhcp',
      metric: 2,
      'dns-server': ['10.2.0.1'],
      data: { leasetime: 3600 },
      route: [{ target: '0.0.0.0', mask: 0, nexthop: '10.2.0.1', metric: 2, source: `${address}/32` }],
    });
    const routes = await lab.run('ip route');
    expect(routes).toContain(`default via 10.2.0.1 dev eth2 proto static src ${address} metric 2`);
    expect(routes).toContain('10.2.0.0/24 dev eth2 proto static scope link metric 2');
    await lab.run('ping -c 1 -W 3 10.2.0.1');
  });

  it('puts an interface with ip4table into its own table, by rules of netifd’s priorities', async () => {
    const address = (await lab.status('wan1'))['ipv4-address']?.[0]?.address ?? '';
    const index = Number(await lab.run('cat /sys/class/net/eth1/ifindex'));
    const rules = (await lab.run('ip rule')).split('\n').map((line) => line.replace(/\s+/g, ' ').trim());
    expect(rules).toContain(`10000: from ${address} lookup 201`);
    expect(rules).toContain(`20000: from all to ${address}/24 lookup 201`);
    expect(rules).toContain(`${String(90_000 + index)}: from all iif lo lookup 201`);
    expect(rules).toContain('100: from all lookup lan');
    expect(await lab.run('ip route show table main')).not.toContain('eth1');
    const table = await lab.run('ip route show table 201');
    expect(table).toContain(`default via 10.1.0.1 dev eth1 proto static src ${address} metric 1`);
    expect(table).toContain('10.1.0.0/24 dev eth1 proto static scope link metric 1');
  });

  it('merges the resolvers', async () => {
    expect(await lab.run('cat /tmp/resolv.conf.d/resolv.conf.auto')).toBe(
      '# Interface wan1\nnameserver 10.1.0.1\n# Interface wan2\nnameserver 10.2.0.1',
    );
  });

  it('drops a DHCP address when the cable is pulled, and gets one again when it is back', async () => {
    await lab.events();
    await lab.at('isp', 'ip link set isp1 down');
    const down = await lab.waitFor('wan1', false);
    expect(down).toMatchObject({ up: false, available: true, autostart: true });
    expect(await lab.run('ip -4 addr show dev eth1')).toBe('');
    expect(await lab.run('ip rule')).not.toContain('lookup 201');
    await lab.at('isp', 'ip link set isp1 up');
    await lab.waitFor('wan1');
    await lab.until('grep -q "ifup wan1" /tmp/events');
    expect(await lab.events()).toEqual(['ifdown wan1 eth1', 'ifup wan1 eth1']);
  });

  it('reloads without touching what did not change', async () => {
    await lab.events();
    const before = await lab.run(
      'cat /var/run/netifd/interface/wan1/state; ip -4 addr show eth1; ip rule; pidof udhcpc',
    );
    await lab.write('/etc/config/network', `${network}\nconfig interface 'extra'\n\toption proto 'none'\n`);
    await lab.run('/etc/init.d/network reload');
    expect(await lab.run('cat /var/run/netifd/interface/wan1/state; ip -4 addr show eth1; ip rule; pidof udhcpc')).toBe(
      before,
    );
    await lab.until('grep -q extra /tmp/events');
    expect(await lab.events()).toEqual(['ifup extra ']);
    await lab.write('/etc/config/network', network);
    await lab.run('/etc/init.d/network reload');
    expect((await lab.exec('ifstatus extra')).exitCode).toBe(1);
  });

  it('moves the default route without a new lease when only the metric changes', async () => {
    const before = await lab.run('cat /var/run/netifd/interface/wan2/state');
    await lab.write('/etc/config/network', network.replace("metric '2'", "metric '7'"));
    await lab.run('/etc/init.d/network reload');
    expect(await lab.run('ip route')).toMatch(/default via 10\.2\.0\.1 .* metric 7/);
    expect(await lab.run('ip route')).not.toContain('metric 2');
    expect(await lab.run('cat /var/run/netifd/interface/wan2/state')).toBe(before);
    await lab.write('/etc/config/network', network);
    await lab.run('/etc/init.d/network reload');
  });

  it('keeps an interface down after ifdown, until ifup', async () => {
    await lab.run('ifdown wan2');
    expect(await lab.status('wan2')).toMatchObject({ up: false, autostart: false });
    expect(await lab.run('ip route')).not.toContain('eth2');
    await lab.run('/etc/init.d/network reload');
    expect((await lab.status('wan2')).up).toBe(false);
    await lab.run('ifup wan2');
    await lab.waitFor('wan2');
  });

  it('follows an address that changes', async () => {
    await lab.events();
    await lab.run(
      `d=/var/run/netifd/interface/wan1; t=$(sed -n 's/^token //p' $d/state)
       INTERFACE=wan1 NETIFD_TOKEN=$t ip=10.1.0.77 mask=24 router=10.1.0.1 dns=10.1.0.1 /lib/netifd/dhcp.script renew`,
    );
    await lab.until('ifstatus wan1 | grep -q 10.1.0.77 && grep -q ifupdate /tmp/events');
    expect(await lab.events()).toEqual(['ifupdate wan1 eth1']);
    expect(await lab.run('ip -4 -o addr show eth1')).toMatch(/inet 10\.1\.0\.77\/24/);
    expect((await lab.run('ip rule')).match(/lookup 201/g)).toHaveLength(3);
  });

  it('does not listen to a client of before', async () => {
    await lab.run(
      'INTERFACE=wan1 NETIFD_TOKEN=1 ip=10.1.0.66 mask=24 router=10.1.0.1 /lib/netifd/dhcp.script bound; sleep 1',
    );
    expect(await lab.run('ip -4 addr show eth1')).not.toContain('10.1.0.66');
  });

  it('survives commands that come all at once', async () => {
    await lab.run('for i in 1 2 3; do ifup wan1 & ifup wan2 & netifd reload & ifdown wan2 & done; wait; ifup wan2');
    await lab.waitFor('wan1');
    await lab.waitFor('wan2');
    expect((await lab.run('ps | grep "[u]dhcpc"')).split('\n')).toHaveLength(2);
    expect((await lab.run('ip rule')).match(/lookup 201/g)).toHaveLength(3);
  });

  it('leaves no process behind when a cable flaps', async () => {
    for (let flap = 0; flap < 6; flap += 1) {
      await lab.at('isp', 'ip link set isp1 down; sleep 0.4; ip link set isp1 up; sleep 0.4');
    }
    await lab.waitFor('wan1');
    await lab.until('[ $(ps | grep -c "[u]dhcpc") = 2 ] && ! ps | grep -E "[t]eller|[a]pply-lease"');
    await lab.run('ping -c 1 -W 3 10.1.0.1');
  });

  it('starts a client anew that was killed, and a daemon too', async () => {
    await lab.run('kill -9 $(pidof udhcpc)');
    await lab.until('[ $(ps | grep -c "[u]dhcpc") = 2 ]');
    await lab.waitFor('wan1');
    await lab.run("kill -9 $(ps | awk '/[n]etifd daemon/ { print $1; exit }')");
    await lab.until('ps | grep -q "[n]etifd daemon"');
    await lab.at('isp', 'ip link set isp1 down');
    await lab.waitFor('wan1', false);
    await lab.at('isp', 'ip link set isp1 up');
    await lab.waitFor('wan1');
  });

  it('takes everything away at stop, and is the same after start', async () => {
    await lab.run('/etc/init.d/network stop');
    expect(
      await lab.run('ip -4 -o addr show; ip rule | grep -v -e local -e main -e default; ls /sys/class/net'),
    ).not.toMatch(/10\.|192\.|lookup|br-lan/);
    expect((await lab.exec('pidof udhcpc')).stdout).toBe('');
    await lab.run('/etc/init.d/network start');
    await lab.waitFor('lan');
    await lab.waitFor('wan1');
  });
});
