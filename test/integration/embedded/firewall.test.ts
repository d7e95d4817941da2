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
	option proto 'static'
	option ipaddr '10.1.0.2/24'
	option gateway '10.1.0.1'
`;

const firewall = `
config defaults
	option syn_flood '1'
	option input 'REJECT'
	option output 'ACCEPT'
	option forward 'REJECT'
	option drop_invalid '1'
	option flow_offloading '1'

config zone
	option name 'lan'
	list network 'lan'
	option input 'ACCEPT'
	option output 'ACCEPT'
	option forward 'ACCEPT'

config zone
	option name 'wan'
	list network 'wan1'
	option input 'REJECT'
	option output 'ACCEPT'
	option forward 'REJECT'
	option masq '1'
	list masq_dest '!10.9.0.0/16'
	option mtu_fix '1'

config forwarding
	option src 'lan'
	option dest 'wan'

config rule
	option name 'Blocked'
	option src 'wan'
	option proto 'icmp'
	option ipset 'blocked'
	option target 'DROP'

config rule
	option name 'Allow-Ping'
	option src 'wan'
	option proto 'icmp'
	option icmp_type 'echo-request'
	option family 'ipv4'
	option target 'ACCEPT'

config rule
	option name 'Block one server'
	option src 'lan'
	option dest 'wan'
	option dest_ip '10.1.0.9'
	option proto 'tcp'
	option target 'REJECT'

config rule
	option name 'Only from one host'
	option src 'wan'
	option src_ip '!10.1.0.1'
	option proto 'tcp'
	option dest_port '7000-7010 7100'
	option target 'ACCEPT'

config rule
	option name 'Mark'
	option src 'lan'
	option proto 'udp'
	option dest_port '5353'
	option set_mark '0x10/0xff'
	option target 'MARK'

config redirect
	option name 'Web'
	option src 'wan'
	option src_dport '8080'
	option dest 'lan'
	option dest_ip '192.168.100.7'
	option dest_port '80'
	option proto 'tcp'

config ipset
	option name 'blocked'
	option match 'src_ip'
	list entry '10.1.0.66'
	list entry '10.1.0.128/25'
`;

// A one-line server that answers with the address it sees its client come from.
const echoPeer = `
import socket, sys
server = socket.create_server((sys.argv[1], int(sys.argv[2])))
while True:
    connection, peer = server.accept()
    connection.sendall(peer[0].encode())
    connection.close()
`;

describeWith(routerNeeds, 'the firewall of the embedded router', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.start({ wans: 1, config: { network, firewall }, services: ['firewall'] });
    await lab.run('echo 1 > /proc/sys/net/ipv4/ip_forward');
    await lab.at('lan', 'ip addr add 192.168.100.7/24 dev lan0; ip route add default via 192.168.100.1');
    await lab.at(
      'isp',
      'for a in 9 66 200; do ip addr add 10.1.0.$a/24 dev isp1; done; ip addr add 10.9.0.1/32 dev isp1',
    );
    await lab.at('isp', 'ip route add 192.168.100.0/24 via 10.1.0.2');
    lab.spawn('isp', 'python3', ['-c', echoPeer, '0.0.0.0', '7']);
    lab.spawn('lan', 'python3', ['-c', echoPeer, '0.0.0.0', '80']);
    await lab.until('nft list chain inet fw4 input_wan | grep -q Allow-Ping');
  });
  afterAll(() => (lab as Lab | undefined)?.stop());

  const dial = (address: string, port: number, more = '') =>
    `python3 -c "import socket; s = socket.create_connection(('${address}', ${String(port)}), 2${more}); print(s.recv(64).decode())"`;
  const refused = async (where: 'isp' | 'lan', command: string) =>
    lab.at(where, command).then(
      (text) => `answered: ${text}`,
      (error: unknown) =>
        /ConnectionRefused|TimeoutError|timed out|100% packet loss/.exec(String(error))?.[0] ?? String(error),
    );

  it('forwards from the LAN to the WAN, masqueraded', async () => {
    expect(await lab.at('lan', dial('10.1.0.1', 7))).toBe('10.1.0.2');
  });

  it('does not masquerade what masq_dest excepts', async () => {
    await lab.at('isp', 'ip route replace 192.168.100.0/24 via 10.1.0.2');
    expect(await lab.at('lan', dial('10.9.0.1', 7))).toBe('192.168.100.7');
  });

  it('rejects what a rule rejects, at once', async () => {
    expect(await refused('lan', dial('10.1.0.9', 7))).toBe('ConnectionRefused');
  });

  it('does not let the WAN in, nor through', async () => {
    lab.spawn('lan', 'python3', ['-c', echoPeer, '0.0.0.0', '81']);
    expect(await refused('isp', dial('192.168.100.7', 81))).toBe('ConnectionRefused');
    expect(await refused('isp', dial('10.1.0.2', 22))).toBe('ConnectionRefused');
    await lab.at('isp', 'ping -c 1 -W 2 10.1.0.2');
  });

  it('forwards a port, also for the LAN itself', async () => {
    expect(await lab.at('isp', dial('10.1.0.2', 8080))).toBe('10.1.0.1');
    expect(await lab.at('lan', dial('10.1.0.2', 8080))).toBe('192.168.100.1');
  });

  it('negates addresses and knows port ranges', async () => {
    lab.spawn('router', 'python3', ['-c', echoPeer, '0.0.0.0', '7005']);
    const from = (address: string) => `, source_address=('${address}', 0)`;
    await expect.poll(() => lab.at('isp', dial('10.1.0.2', 7005, from('10.1.0.9'))).catch(() => '')).toBe('10.1.0.9');
    expect(await refused('isp', dial('10.1.0.2', 7005, from('10.1.0.1')))).toBe('ConnectionRefused');
  });

  it('marks what a rule names, and only the bits of its mask', async () => {
    // What `& ~mask | value` is printed as depends on the version of nft; both say the same.
    expect(await lab.run('nft list chain inet fw4 mangle_prerouting')).toMatch(
      /iifname "eth0" udp dport 5353 counter .* meta mark set (meta mark|mark) & 0xffffff[01]0 \| 0x00000010/,
    );
    await lab.run('ip rule add fwmark 0x10/0xff lookup 77 pref 77; ip route add blackhole default table 77');
    const count = 'nft list chain inet fw4 mangle_prerouting | sed -n "s/.*5353.* packets \\([0-9]*\\).*/\\1/p"';
    const before = Number(await lab.run(count));
    await lab.at(
      'lan',
      `python3 -c "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('10.1.0.1', 5353))"`,
    );
    expect(Number(await lab.run(count))).toBe(before + 1);
    await lab.run('ip rule del pref 77; ip route flush table 77');
  });

  it('drops what a set names, alone or within a network', async () => {
    expect(await refused('isp', 'ping -c 1 -W 1 -I 10.1.0.66 10.1.0.2')).toBe('100% packet loss');
    expect(await refused('isp', 'ping -c 1 -W 1 -I 10.1.0.200 10.1.0.2')).toBe('100% packet loss');
    await lab.at('isp', 'ping -c 1 -W 2 -I 10.1.0.9 10.1.0.2');
  });

  it('clamps the segment size towards the WAN', async () => {
    const chain = await lab.run('nft list chain inet fw4 mangle_forward');
    expect(chain).toMatch(/oifname "eth1" tcp flags .*maxseg size set rt mtu/);
  });

  it('warns of what it cannot do, and goes on', async () => {
    const { stderr, exitCode } = await lab.exec('fw4 check');
    expect(stderr).toContain('@defaults[0]: option flow_offloading: not supported here, ignored');
    expect(exitCode).toBe(0);
  });

  it.each([
    ["option dest_ip '10.1.0.9'", "option dest_ip 'nonsense'", '@rule[2] (Block one server): option dest_ip:'],
    ["option dest_port '5353'", "option dest_port '99999'", '@rule[4] (Mark): option dest_port:'],
    ["list entry '10.1.0.66'", "list entry '10.1.0.66 } ; flush ruleset ; #'", '@ipset[0] (blocked): option entry:'],
    [
      "option src 'lan'\n\toption dest 'wan'\n\n",
      "option src 'nowhere'\n\toption dest 'wan'\n\n",
      "@forwarding[0]: option src: no zone 'nowhere'",
    ],
  ])('refuses %j as %j, and keeps the ruleset', async (from, to, message) => {
    const before = await lab.run('nft -s list ruleset');
    await lab.write('/etc/config/firewall', firewall.replace(from, to));
    const { exitCode, stderr } = await lab.exec('fw4 reload');
    expect(stderr).toContain(message);
    expect(exitCode).toBe(1);
    expect(await lab.run('nft -s list ruleset')).toBe(before);
    await lab.write('/etc/config/firewall', firewall);
  });

  it('never runs a value', async () => {
    const hostile = '$(touch /tmp/owned)`touch /tmp/owned`"; touch /tmp/owned; \\" } flush ruleset';
    const text = firewall.replace("'Allow-Ping'", `'${hostile}'`).replace("'Web'", `'${hostile}'`);
    await lab.write('/etc/config/firewall', text);
    await lab.run('fw4 reload');
    expect((await lab.exec('ls /tmp/owned')).exitCode).not.toBe(0);
    expect(await lab.run('nft list chain inet fw4 input_wan')).toContain('icmp type echo-request');
    await lab.write('/etc/config/firewall', firewall);
    await lab.run('fw4 reload');
  });

  it('leaves other tables alone, and takes its own away at stop', async () => {
    await lab.run('nft add table ip mine');
    await lab.run('/etc/init.d/firewall stop');
    expect(await lab.run('nft list tables')).toBe('table ip mine');
    await lab.run('/etc/init.d/firewall start');
    expect(await lab.run('nft list tables')).toContain('table inet fw4');
    await lab.run('nft delete table ip mine');
  });

  it('includes the user’s own chains, and says where one is wrong', async () => {
    await lab.run('mkdir -p /etc/nftables.d');
    await lab.write('/etc/nftables.d/10-mine.nft', 'chain mine { counter; }\n');
    await lab.run('fw4 reload && nft list chain inet fw4 mine');
    await lab.write('/etc/nftables.d/10-mine.nft', 'chain mine { nonsense; }\n');
    const { exitCode, stderr } = await lab.exec('fw4 reload');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('/etc/nftables.d/10-mine.nft:1:');
    await lab.run('nft list chain inet fw4 mine; rm /etc/nftables.d/10-mine.nft; fw4 reload');
  });

  it('follows a zone’s device and its address', async () => {
    await lab.write('/etc/config/network', network.replace('10.1.0.2/24', '10.1.0.3/24'));
    await lab.run('/etc/init.d/network reload');
    await lab.until('nft list chain inet fw4 dstnat_lan | grep -q 10.1.0.3');
    expect(await lab.at('lan', dial('10.1.0.3', 8080))).toBe('192.168.100.1');
    expect(await lab.run('fw4 network wan1; fw4 device eth0; fw4 zone wan')).toBe('wan\nlan\neth1');
  });

  it('is never open: a configuration that cannot be read at boot leaves only the LAN in', async () => {
    await lab.run('/etc/init.d/firewall stop; echo "config zone \'" > /etc/config/firewall');
    expect((await lab.exec('fw4 start')).exitCode).toBe(1);
    expect(await lab.run('nft list chain inet fw4 forward')).toContain('policy drop');
    expect(await refused('isp', dial('10.1.0.3', 7005, ", source_address=('10.1.0.9', 0)"))).toMatch(
      /timed out|Timeout/,
    );
    expect(await lab.run('nft list chain inet fw4 input')).toContain('iifname "br-lan" accept');
    await lab.write('/etc/config/firewall', firewall);
    await lab.run('fw4 start');
  });
});
