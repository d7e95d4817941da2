import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Device } from '../../support/device.js';
import { deviceRoot } from '../../support/built-image.js';
import { describeWith, itWith, networkNamespaces, program } from '../../support/needs.js';

const namespace = `otb-t-base-${String(process.pid)}`;

/** A script of /etc/init.d without supervision, which logs what it is asked on the disk. */
function logging(start: string, stop: string, name: string, extra = ''): string {
  const say = (what: string): string => `${what}() { echo "${what} ${name}" >> /root/log; }\n`;
  return `#!/bin/sh /etc/rc.common\n${start}${stop}${say('start')}${say('stop')}${extra}`;
}

describeWith([networkNamespaces], 'the base system', () => {
  let device: Device;

  beforeAll(async () => {
    // Ten devices and more: eth10 comes after eth2.
    await execa('ip', ['netns', 'add', namespace]);
    for (const name of ['eth0', 'eth10', 'eth2']) {
      await execa('ip', ['-n', namespace, 'link', 'add', name, 'type', 'bridge']);
    }
    device = await Device.start({
      root: await deviceRoot(),
      networkNamespace: namespace,
      prepare: (root) => {
        const file = (name: string, text: string, mode = 0o644): void => {
          mkdirSync(join(root, name, '..'), { recursive: true });
          writeFileSync(join(root, name), text, { mode });
        };
        file(
          'etc/uci-defaults/10-first',
          'uci set system.@system[0].hostname=named; echo 10 >> /root/defaults; leaked=1',
        );
        file(
          'etc/uci-defaults/20-later',
          'echo "20 $leaked" >> /root/defaults; [ -e /root/again ] || { touch /root/again; exit 7; }',
        );
        file('etc/uci-defaults/30-last', 'echo 30 >> /root/defaults; exit 0');
        file('etc/uci-defaults/.hidden', 'echo hidden >> /root/defaults');
        file(
          'etc/init.d/early',
          logging('START=15\n', 'STOP=15\n', 'early', 'boot() { echo "boot early" >> /root/log; return 5; }\n'),
          0o755,
        );
        file('etc/init.d/late', logging('START=97\n', 'STOP=10\n', 'late'), 0o755);
      },
    });
    await device.run('/etc/init.d/early enable; /etc/init.d/late enable; : > /root/log');
  });
  afterAll(async () => {
    await device.stop();
    await execa('ip', ['netns', 'del', namespace]);
  });

  it('is started by Busybox init, with everything mounted that belongs to it', async () => {
    expect(await device.run('cat /proc/1/comm')).toBe('init');
    const mounts = (await device.run("awk '{ print $2 }' /proc/mounts")).split('\n');
    expect(mounts).toEqual(expect.arrayContaining(['/proc', '/sys', '/dev', '/dev/pts', '/tmp']));
    expect(await device.run('readlink -f /var/run')).toBe('/tmp/run');
    expect(await device.run('readlink -f /run')).toBe('/tmp/run');
    expect(device.console).not.toMatch(/not found|can't|syntax error|No such file/);
  });

  it('generates its first configuration from the devices it finds', async () => {
    expect(await device.run('cat /etc/config/network')).toBe(
      `
config interface 'loopback'
	option device 'lo'
	option proto 'static'
	option ipaddr '127.0.0.1'
	option netmask '255.0.0.0'

config globals 'globals'
	option multipath 'enable'

config device
	option name 'br-lan'
	option type 'bridge'
	list ports 'eth0'

config interface 'lan'
	option device 'br-lan'
	option proto 'static'
	option ipaddr '192.168.100.1'
	option netmask '255.255.255.0'

config interface 'wan1'
	option device 'eth2'
	option proto 'dhcp'
	option metric '1'

config interface 'wan2'
	option device 'eth10'
	option proto 'dhcp'
	option metric '2'
`,
    );
    expect(JSON.parse(await device.run('cat /etc/board.json'))).toEqual({
      network: {
        lan: { ports: ['eth0'], protocol: 'static', ipaddr: '192.168.100.1', netmask: '255.255.255.0' },
        wan1: { device: 'eth2', protocol: 'dhcp', metric: '1' },
        wan2: { device: 'eth10', protocol: 'dhcp', metric: '2' },
      },
    });
    expect(await device.run('uci show system.ntp.server')).toContain("'0.pool.ntp.org'");
  });

  it('leaves a configuration alone that is there', async () => {
    const before = await device.run('cat /etc/config/network /etc/config/system /etc/board.json | md5sum');
    await device.run('/bin/board_detect; /bin/config_generate');
    expect(await device.run('cat /etc/config/network /etc/config/system /etc/board.json | md5sum')).toBe(before);
  });

  it('lets a board script decide otherwise', async () => {
    device.write(
      '/etc/board.d/90-other',
      `. /lib/functions/uci-defaults.sh
ucidef_set_interface_lan "eth2 eth10" static ipaddr 10.0.0.1 netmask 255.0.0.0
ucidef_remove_interface wan2
ucidef_set_interface wan1 device eth0 metric 9
ucidef_set_hostname edge
ucidef_set_ntpserver ntp.example.net
`,
    );
    await device.run(
      'mkdir /tmp/kept; mv /etc/config/network /etc/config/system /tmp/kept/; /bin/board_detect; /bin/config_generate',
    );
    expect(
      await device.run(
        'uci show network.lan; uci show network.wan1; uci show network.@device[0] | sed s/cfg[0-9a-f]*/cfgX/; uci -q show network.wan2; uci get system.@system[0].hostname; uci get system.ntp.server',
      ),
    ).toBe(
      [
        'network.lan=interface',
        "network.lan.device='br-lan'",
        "network.lan.proto='static'",
        "network.lan.ipaddr='10.0.0.1'",
        "network.lan.netmask='255.0.0.0'",
        'network.wan1=interface',
        "network.wan1.device='eth0'",
        "network.wan1.proto='dhcp'",
        "network.wan1.metric='9'",
        'network.cfgX=device',
        "network.cfgX.name='br-lan'",
        "network.cfgX.type='bridge'",
        "network.cfgX.ports='eth2' 'eth10'",
        'edge',
        'ntp.example.net',
      ].join('\n'),
    );
    await device.run('rm /etc/board.d/90-other; mv /tmp/kept/* /etc/config/');
  });

  it('runs uci-defaults in order, each in a shell of its own, and keeps what failed', async () => {
    expect(await device.run('cat /root/defaults')).toBe('10\n20 \n30');
    expect(await device.run('ls /etc/uci-defaults')).toBe('20-later');
    expect(await device.run('uci get system.@system[0].hostname; hostname')).toBe('named\nnamed');
    expect((await device.exec('uci changes')).stdout).toBe('');
  });

  it('sets what the kernel must know of a router', async () => {
    expect(await device.run('cat /proc/sys/net/ipv4/ip_forward')).toBe('1');
    if (existsSync('/proc/sys/net/mptcp')) expect(await device.run('cat /proc/sys/net/mptcp/enabled')).toBe('1');
  });

  it('takes host name and time zone from the configuration, and again when that changes', async () => {
    await device.run(
      "uci set system.@system[0].timezone='CET-1CEST,M3.5.0,M10.5.0/3'; uci set system.@system[0].hostname=other; uci commit; reload_config",
    );
    await device.until('[ "$(hostname)" = other ]');
    expect(await device.run('. /etc/profile; date -d @0 +%H:%M')).toBe('01:00');
  });

  it('has a log', async () => {
    await device.run('logger -t probe -p daemon.warn "words of mine"');
    expect(await device.until("logread | grep 'words of mine'")).toMatch(/ daemon\.warn probe: words of mine$/);
  });

  it('keeps its seed of randomness to itself', async () => {
    expect(await device.run('ls -l /etc/urandom.seed')).toMatch(/^-rw------- .* 512 /);
  });

  it('sets the clock to the newest file under /etc, and never back', async () => {
    // The clock is the host's: the program that would set it is stood in for.
    device.write(
      '/tmp/fake/date',
      '#!/bin/sh\n[ "$1" = -s ] && echo "$2" > /tmp/date.set || echo "${NOW:-1000}"\n',
      0o755,
    );
    const newest = await device.run('find /etc -type f -exec stat -c %Y {} + | sort -n | tail -n 1');
    await device.run('PATH=/tmp/fake:$PATH NOW=1000 /etc/init.d/sysfixtime start');
    expect(await device.run('cat /tmp/date.set')).toBe(`@${newest}`);
    await device.run('rm /tmp/date.set; PATH=/tmp/fake:$PATH NOW=99999999999 /etc/init.d/sysfixtime start');
    expect((await device.exec('ls /tmp/date.set')).exitCode).toBe(1);
  });

  it('runs cron jobs when there are any', async () => {
    expect(await device.run('/etc/init.d/cron status')).toBe('active with no instances');
    await device.run('echo "* * * * * true" > /etc/crontabs/root; /etc/init.d/cron restart');
    expect(await device.run('/etc/init.d/cron status')).toBe('running');
  });

  it('says how an init script is used, and does what it says', async () => {
    expect(await device.run('/etc/init.d/late nonsense')).toBe(
      `Syntax: /etc/init.d/late [command]

Available commands:
	start           Start the service
	stop            Stop the service
	restart         Restart the service
	reload          Reload configuration files (or restart if service does not implement reload)
	enable          Enable service autostart
	disable         Disable service autostart
	enabled         Check if service is started on boot
`,
    );
    await device.run('/etc/init.d/late disable');
    expect((await device.exec('/etc/init.d/late enabled')).exitCode).toBe(1);
    expect((await device.exec('ls /etc/rc.d/S97late')).exitCode).toBe(1);
    await device.run('/etc/init.d/late enable');
    expect(await device.run('readlink /etc/rc.d/S97late; readlink /etc/rc.d/K10late')).toBe(
      '../init.d/late\n../init.d/late',
    );
    expect((await device.exec('/etc/init.d/late enabled')).exitCode).toBe(0);
    await device.run(': > /root/log; /etc/init.d/late restart; /etc/init.d/late reload; /etc/rc.d/S97late boot');
    expect(await device.run('cat /root/log')).toBe('stop late\nstart late\nstop late\nstart late\nstart late');
  });

  it('runs the extra commands of a script, old style and new', async () => {
    device.write(
      '/etc/init.d/more',
      `#!/bin/sh /etc/rc.common
EXTRA_COMMANDS="one"
EXTRA_HELP="	one             The first"
one() { echo "one $*"; return 4; }
extra_command "two" "The second"
two() { echo two; }
`,
      0o755,
    );
    expect(await device.exec('/etc/init.d/more one a "b c"')).toMatchObject({ exitCode: 4, stdout: 'one a b c\n' });
    expect(await device.run('/etc/init.d/more two')).toBe('two');
    const help = await device.run('/etc/init.d/more');
    expect(help).toContain('\ttwo             The second\n');
    expect(help).toContain('\tone             The first');
  });

  it.each(['dash', 'bash'])('enables services in a root that is being built, under %s', async (shell) => {
    const root = join(device.rootPath, 'tmp-root');
    mkdirSync(join(root, 'etc/rc.d'), { recursive: true });
    for (const name of ['etc/init.d', 'etc/rc.common', 'lib']) {
      mkdirSync(join(root, name, '..'), { recursive: true });
      await execa('cp', ['-a', join(device.rootPath, name), join(root, name)]);
    }
    for (const name of ['dropbear', 'log', 'umount']) {
      await execa(shell, ['./etc/rc.common', `./etc/init.d/${name}`, 'enable'], {
        cwd: root,
        env: { IPKG_INSTROOT: root },
      });
    }
    const { stdout } = await execa('ls', [join(root, 'etc/rc.d')]);
    expect(stdout.split('\n')).toEqual(['K50dropbear', 'K89log', 'K99umount', 'S12log', 'S19dropbear']);
    await execa('rm', ['-rf', root]);
  });

  itWith([program('ssh')], 'lets root in by SSH: without a password until there is one, then by key', async () => {
    const key = join(device.rootPath, 'probe-key');
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const login = async (how: string, command: string): Promise<{ exitCode?: number | undefined; stdout: string }> =>
      execa(
        'ip',
        [
          'netns',
          'exec',
          namespace,
          'ssh',
          '-T',
          '-F',
          'none',
          '-o',
          'StrictHostKeyChecking=no',
          '-o',
          'UserKnownHostsFile=/dev/null',
        ]
          .concat([
            '-o',
            'ConnectTimeout=30',
            '-o',
            `PreferredAuthentications=${how}`,
            '-o',
            'NumberOfPasswordPrompts=0',
          ])
          .concat(['-i', key, 'root@127.0.0.1', command]),
        { reject: false },
      );
    expect(await device.run('ls /etc/dropbear')).toContain('dropbear_ed25519_host_key');
    expect(await login('none', 'echo "in as $(id -un)"; exit 3')).toMatchObject({ exitCode: 3, stdout: 'in as root' });

    await device.run("printf 'secret\\nsecret\\n' | passwd root");
    expect((await login('none', 'true')).exitCode).toBe(255);
    expect((await login('publickey', 'true')).exitCode).toBe(255);
    device.write('/etc/dropbear/authorized_keys', readFileSync(`${key}.pub`, 'utf8'), 0o600);
    expect((await login('publickey', 'echo in')).stdout).toBe('in');

    // A restart from within a session leaves the session alone.
    const survived = await login('publickey', '/etc/init.d/dropbear restart; sleep 1; echo still here');
    expect(survived.stdout).toContain('still here');
    await device.run('passwd -d root; rm /etc/dropbear/authorized_keys');
  });

  it('reboots with its services stopped in order, and comes back with its files', async () => {
    await device.run(': > /root/log; rm -f /root/defaults');
    await device.exec('reboot');
    expect(await device.waitForEnd()).toBe('reboot');
    await device.boot();
    expect(await device.run('cat /root/log')).toBe('stop late\nstop early\nboot early\nstart late');
    // What had failed ran again, and what had not did not.
    expect(await device.run('cat /root/defaults')).toBe('20 ');
    expect((await device.exec('ls -A /etc/uci-defaults')).stdout).toBe('.hidden\n');
    expect(device.console).toContain('rcS: /etc/rc.d/S15early boot: exit code 5');
  });

  it('powers itself off', async () => {
    await device.exec('poweroff');
    expect(await device.waitForEnd()).toBe('poweroff');
  });
});
