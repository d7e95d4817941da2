import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../../support/needs.js';
import { Lab, routerNeeds } from './network-lab.js';

const network = `
config interface 'loopback'
	option device 'lo'
	option proto 'static'
	option ipaddr '127.0.0.1/8'

config interface 'lan'
	option device 'eth0'
	option proto 'static'
	option ipaddr '192.168.100.1/24'

config interface 'wan1'
	option device 'eth1'
	option proto 'dhcp'
	option metric '1'
`;

const dhcp = `
config dnsmasq
	option local '/lan/'
	option domain 'lan'
	option expandhosts '1'
	option authoritative '1'
	list address '/evil.example/10.0.0.1$(touch /tmp/owned)'
	list address '/good.example/10.6.6.6'
	option rebind_protection '0'

config dhcp 'lan'
	option interface 'lan'
	option start '20'
	option limit '5'
	option leasetime '1h'
	list dhcp_option '42,192.168.100.9'

config dhcp 'wan'
	option interface 'wan1'
	option ignore '1'

config host 'printer'
	option name 'printer'
	option mac '02:00:00:00:00:77'
	option ip '192.168.100.77'
	option dns '1'

config domain
	option name 'nas'
	option ip '192.168.100.5'
`;

// What a client in the LAN is offered, as udhcpc's script sees it.
const ask = (mac?: string) =>
  `${mac === undefined ? '' : `ip link set lan0 address ${mac};`}
   printf '#!/bin/sh\\n[ "$1" = bound ] && echo "$ip $subnet $router $dns $ntpsrv $domain $lease"\\n' > /tmp/otb-ask.$$; chmod +x /tmp/otb-ask.$$
   busybox udhcpc -n -q -f -i lan0 -t 5 -T 2 -O ntpsrv -s /tmp/otb-ask.$$ 2>/dev/null; rm -f /tmp/otb-ask.$$`;

describeWith(routerNeeds, 'DHCP and DNS for the LAN', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.start({ wans: 1, config: { network, dhcp }, services: ['dnsmasq'] });
    await lab.until('grep -q dhcp-range /var/etc/dnsmasq.conf && pidof dnsmasq');
  });
  afterAll(() => (lab as Lab | undefined)?.stop());

  it('leases an address of the pool, with what belongs to it', async () => {
    const [ip, mask, router, dns, ntp, domain, lease] = (await lab.at('lan', ask())).split(' ');
    expect(ip).toMatch(/^192\.168\.100\.2[0-4]$/);
    expect([mask, router, dns, ntp, domain, lease]).toEqual([
      '255.255.255.0',
      '192.168.100.1',
      '192.168.100.1',
      '192.168.100.9',
      'lan',
      '3600',
    ]);
    expect(await lab.run('cat /tmp/dhcp.leases')).toContain(ip);
  });

  it('gives a known host its own address', async () => {
    expect(await lab.at('lan', ask('02:00:00:00:00:77'))).toMatch(/^192\.168\.100\.77 /);
  });

  it('answers names: hosts, domains, addresses; and runs no value', async () => {
    const lookup = async (name: string) =>
      (await lab.exec(`nslookup ${name} 127.0.0.1 | sed -n 's/^Address.*: *//p' | tail -n 1`)).stdout.trim();
    expect(await lookup('printer.lan')).toContain('192.168.100.77');
    expect(await lookup('nas')).toContain('192.168.100.5');
    expect(await lookup('good.example')).toContain('10.6.6.6');
    expect((await lab.exec('ls /tmp/owned')).exitCode).not.toBe(0);
    expect(await lab.run('cat /var/etc/dnsmasq.conf')).not.toContain('evil');
  });

  it('forwards to the WAN’s resolver', async () => {
    lab.spawn('isp', 'dnsmasq', [
      ...['--no-daemon', '--conf-file=/dev/null', '--no-resolv', '--bind-dynamic', '--listen-address=10.1.0.1'],
      ...['--except-interface=lo', '--address=/far.example/203.0.113.9', '--pid-file='],
    ]);
    await lab.waitFor('wan1');
    expect(await lab.until('nslookup far.example 127.0.0.1 | grep 203.0.113.9')).toContain('203.0.113.9');
  });

  it('does not serve DHCP to the WAN', async () => {
    expect(await lab.run('cat /var/etc/dnsmasq.conf')).toContain('no-dhcp-interface=eth1');
  });

  it('moves the pool with the LAN’s address', async () => {
    await lab.write('/etc/config/network', network.replace('192.168.100.1/24', '192.168.42.1/24'));
    await lab.run('/etc/init.d/network reload');
    await lab.until('grep -q 192.168.42.20,192.168.42.24 /var/etc/dnsmasq.conf');
    await expect
      .poll(() => lab.at('lan', ask('02:00:00:00:00:78')).catch(() => ''), { timeout: 300_000 })
      .toMatch(/^192\.168\.42\.2\d /);
  });

  it('keeps serving when the new configuration is one dnsmasq refuses', async () => {
    const before = await lab.run('cat /var/etc/dnsmasq.conf; pidof dnsmasq');
    await lab.write(
      '/etc/config/dhcp',
      dhcp.replace("option domain 'lan'", "option domain 'lan'\n\toption cachesize 'many'"),
    );
    const { stderr } = await lab.exec('/etc/init.d/dnsmasq reload');
    expect(stderr).toContain('dnsmasq refuses');
    expect(await lab.run('cat /var/etc/dnsmasq.conf; pidof dnsmasq')).toBe(before);
  });
});
