import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Device } from '../../support/device.js';
import { deviceRoot } from '../../support/built-image.js';
import { describeWith, networkNamespaces } from '../../support/needs.js';

/** An init script as a package would bring it. */
function script(name: string, body: string): string {
  return `#!/bin/sh /etc/rc.common\nUSE_PROCD=1\nSTART=80\nSTOP=20\nNAME=${name}\n${body}\n`;
}

/** One instance that runs `command`, with further lines of parameters. */
function instance(command: string, parameters = ''): string {
  return `start_service() {\n procd_open_instance main\n procd_set_param command ${command}\n${parameters}\n procd_close_instance\n}`;
}

describeWith([networkNamespaces], 'supervised services', () => {
  let device: Device;

  beforeAll(async () => {
    device = await Device.start({ root: await deviceRoot() });
  });
  afterAll(async () => {
    await device.stop();
  });

  const install = (name: string, body: string): void => {
    device.write(`/etc/init.d/${name}`, script(name, body), 0o755);
  };
  const pidOf = async (name: string, one = 'main'): Promise<number> =>
    Number((await device.run(`cut -d' ' -f1 /var/run/service/${name}/instances/${one}/pid`)) || '0');
  const alive = async (pid: number): Promise<boolean> =>
    (await device.exec(`kill -0 ${String(pid)} && ! grep -q '^State:.Z' /proc/${String(pid)}/status`)).exitCode === 0;

  it('runs the program with its parameters, and nothing of the caller', async () => {
    install(
      'all',
      `start_service() {
	procd_open_instance main
	procd_set_param command /bin/sh -c 'echo "out: $*"; echo "err
two" >&2; exec sleep 1000' name "it's" 'a  b'
	procd_append_param command '$HOME'
	procd_set_param env GREETING="it's me" OTHER=1
	procd_append_param env MORE=2
	procd_set_param limits nofile="100 200"
	procd_set_param user nobody
	procd_set_param nice 5
	procd_set_param pidfile /var/run/all.pid
	procd_set_param stdout 1
	procd_set_param stderr 1
	procd_close_instance
}`,
    );
    await device.run('SECRET=leaked /etc/init.d/all start');
    const pid = await pidOf('all');
    expect(await device.run('cat /var/run/all.pid')).toBe(String(pid));
    const environment = (await device.run(`tr '\\0' '\\n' < /proc/${String(pid)}/environ`)).split('\n');
    expect(environment).toEqual(expect.arrayContaining(["GREETING=it's me", 'OTHER=1', 'MORE=2']));
    expect(environment.some((line) => line.startsWith('SECRET='))).toBe(false);
    expect(await device.run(`grep 'Max open files' /proc/${String(pid)}/limits`)).toMatch(/ 100 +200 /);
    expect(await device.run(`awk '/^Uid:/ { print $2 }' /proc/${String(pid)}/status`)).toBe('65534');
    expect(await device.run(`awk '{ print $19 }' /proc/${String(pid)}/stat`)).toBe('5');
    await device.until(`logread | grep -F "daemon.info all[${String(pid)}]: out: it's a  b \\$HOME"`);
    await device.until(`logread | grep -F 'daemon.err all[${String(pid)}]: two'`);
    await device.run('/etc/init.d/all stop');
    expect(await alive(pid)).toBe(false);
    expect((await device.exec('ls /var/run/all.pid')).exitCode).toBe(1);
  });

  it('tells status, running and info, each with its exit code', async () => {
    install('states', instance('sleep 1000', ' procd_set_param respawn 3600 1 0\n procd_set_param term_timeout 3'));
    expect(await device.exec('/etc/init.d/states status')).toEqual({ exitCode: 3, stdout: 'inactive\n', stderr: '' });
    expect((await device.exec('/etc/init.d/states running')).exitCode).toBe(1);
    await device.run('/etc/init.d/states start');
    expect(await device.exec('/etc/init.d/states status')).toEqual({ exitCode: 0, stdout: 'running\n', stderr: '' });
    expect((await device.exec('/etc/init.d/states running')).exitCode).toBe(0);
    expect((await device.exec('/etc/init.d/states status other')).stdout).toBe('unknown instance other\n');
    const info: unknown = JSON.parse(await device.run('/etc/init.d/states info'));
    expect(info).toEqual({
      states: {
        instances: {
          main: {
            running: true,
            pid: await pidOf('states'),
            command: ['sleep', '1000'],
            respawn: { threshold: 3600, timeout: 1, retry: 0 },
            term_timeout: 3,
          },
        },
        triggers: [],
      },
    });
    expect(JSON.parse(await device.run(`ubus call service list '{"name":"states"}'`))).toEqual(info);
    expect(await device.run('service | grep init.d/states')).toMatch(/^\/etc\/init\.d\/states +disabled +running$/);
    await device.run('/etc/init.d/states stop');
    expect((await device.exec('/etc/init.d/states status')).exitCode).toBe(3);
  });

  it('leaves an instance alone that has not changed, and no other when one has', async () => {
    install(
      'pair',
      `start_service() {
	procd_open_instance one
	procd_set_param command sleep "$(cat /tmp/pair.one)"
	procd_close_instance
	procd_open_instance two
	procd_set_param command sleep 2000
	procd_set_param file /tmp/pair.conf
	procd_close_instance
	[ -e /tmp/pair.three ] || return 0
	procd_open_instance three
	procd_set_param command sleep 3000
	procd_close_instance
}`,
    );
    const pids = async (): Promise<number[]> => [await pidOf('pair', 'one'), await pidOf('pair', 'two')];
    await device.run('echo 1000 > /tmp/pair.one; touch /tmp/pair.three; /etc/init.d/pair start');
    const [one, two] = await pids();
    const three = await pidOf('pair', 'three');

    await device.run('/etc/init.d/pair start; /etc/init.d/pair reload');
    expect(await pids()).toEqual([one, two]);

    await device.run('echo 1001 > /tmp/pair.one; /etc/init.d/pair reload');
    const [changed, same] = await pids();
    expect(changed).not.toBe(one);
    expect(same).toBe(two);

    await device.run('echo x > /tmp/pair.conf; /etc/init.d/pair reload');
    expect((await pids())[0]).toBe(changed);
    expect((await pids())[1]).not.toBe(two);

    await device.run('rm /tmp/pair.three; /etc/init.d/pair reload');
    expect(await alive(three)).toBe(false);
    expect((await device.exec('ls /var/run/service/pair/instances')).stdout).toBe('one\ntwo\n');
    await device.run('/etc/init.d/pair stop');
  });

  it('signals instead of restarting where a reload_signal is set', async () => {
    install(
      'signalled',
      instance(
        `/bin/sh -c 'trap "echo got >> /tmp/signalled" USR1; while :; do sleep 0.1; done'`,
        ' procd_set_param reload_signal SIGUSR1\n procd_set_param file /tmp/signalled.conf',
      ),
    );
    await device.run('/etc/init.d/signalled start');
    const pid = await pidOf('signalled');
    await sleep(300);
    await device.run('echo 2 > /tmp/signalled.conf; /etc/init.d/signalled reload');
    await device.until('grep got /tmp/signalled');
    expect(await pidOf('signalled')).toBe(pid);
    await device.run('/etc/init.d/signalled stop');
  });

  it('starts a killed program again, after the delay asked for', async () => {
    install('again', instance('sleep 1000', ' procd_set_param respawn 3600 1 0'));
    await device.run('/etc/init.d/again start');
    const first = await pidOf('again');
    await device.run(`kill -9 ${String(first)}`);
    await device.until(`! [ -e /var/run/service/again/instances/main/pid ]`);
    await device.until(`[ -e /var/run/service/again/instances/main/pid ]`);
    const second = await pidOf('again');
    expect(second).not.toBe(first);
    const entry = await device.run(
      `ubus call service list '{"name":"again"}' | jsonfilter -e '@.again.instances.main.respawn_count'`,
    );
    expect(entry).toBe('1');
    await device.run('/etc/init.d/again stop');
    expect(await alive(second)).toBe(false);
  });

  it('gives up on one that only crashes, says so, and starts it when asked', async () => {
    install('crash', instance(`/bin/sh -c 'echo x >> /tmp/crashes; exit 7'`, ' procd_set_param respawn 3600 0 2'));
    await device.run('/etc/init.d/crash start');
    await device.until(`logread | grep -F 'crash: main: is in a crash loop: 3 crashes'`);
    expect(await device.run('wc -l < /tmp/crashes')).toBe('3');
    expect(await device.exec('/etc/init.d/crash status')).toMatchObject({ exitCode: 5, stdout: 'not running\n' });
    await device.run('/etc/init.d/crash start');
    await device.until('[ "$(wc -l < /tmp/crashes)" = 6 ]');
    await device.run('/etc/init.d/crash stop');
  });

  it('does not start again what was not to be respawned', async () => {
    install('once', instance(`/bin/sh -c 'echo x >> /tmp/once; exit 3'`));
    await device.run('/etc/init.d/once start');
    await sleep(1500);
    expect(await device.run('wc -l < /tmp/once')).toBe('1');
    expect(await device.run('/etc/init.d/once info | jsonfilter -e "@.once.instances.main.exit_code"')).toBe('3');
    await device.run('/etc/init.d/once stop');
  });

  it('takes children with it, also from a program that ignores SIGTERM', async () => {
    install(
      'family',
      instance(
        `/bin/sh -c 'trap "" TERM; sleep 4321 & sleep 4321 & wait; sleep 4321'`,
        ' procd_set_param term_timeout 1',
      ),
    );
    await device.run('/etc/init.d/family start');
    await device.until(
      '[ "$(pidof sleep | xargs -n1 sh -c \'tr "\\\\0" " " < /proc/$0/cmdline; echo\' | grep -c 4321)" = 2 ]',
    );
    const began = performance.now();
    await device.run('/etc/init.d/family stop');
    expect(performance.now() - began).toBeGreaterThan(900);
    expect(
      (await device.exec(`grep -l 4321 /proc/[0-9]*/cmdline 2>/dev/null | grep -v self | xargs -r cat`)).stdout,
    ).not.toContain('sleep');
    await device.until(`logread | grep -F 'family: main: did not end within 1 seconds of SIGTERM'`);
  });

  it('leaves no zombie and no watcher behind', async () => {
    install('brief', instance('sleep 1000'));
    for (let round = 0; round < 3; round += 1) await device.run('/etc/init.d/brief restart');
    await device.run('/etc/init.d/brief stop');
    // Whatever has just ended is one until its parent has looked: what stays is not.
    await device.until(`! grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null`);
    expect((await device.exec(`grep -l 'service/brie[f]/instances' /proc/[0-9]*/cmdline 2>/dev/null`)).stdout).toBe('');
  });

  it('starts once when restarted by many at the same time', async () => {
    install('crowd', instance(`/bin/sh -c 'echo $$ >> /tmp/crowd; exec sleep 5432'`));
    await device.run('for i in 1 2 3 4; do /etc/init.d/crowd restart & done; wait');
    const running = await device.run(`for p in $(cat /tmp/crowd); do [ -d /proc/$p ] && echo $p; done`);
    expect(running).toBe(String(await pidOf('crowd')));
    await device.run('/etc/init.d/crowd stop');
  });

  it('finds a program whose watcher was killed, and does not start a second', async () => {
    install('orphan', instance('sleep 6543'));
    await device.run('/etc/init.d/orphan start');
    const first = await pidOf('orphan');
    await device.run('kill -9 $(cut -d" " -f1 /var/run/service/orphan/instances/main/monitor)');
    expect((await device.exec('/etc/init.d/orphan running')).exitCode).toBe(0);
    await device.run('/etc/init.d/orphan start');
    expect(await alive(first)).toBe(false);
    const second = await pidOf('orphan');
    await device.run(
      'kill -9 $(cut -d" " -f1 /var/run/service/orphan/instances/main/monitor); /etc/init.d/orphan stop',
    );
    expect(await alive(second)).toBe(false);
  });

  it('stops and signals a single instance by name', async () => {
    install(
      'named',
      `start_service() {
	for name in a b; do
		[ -n "$1" ] && [ "$1" != $name ] && continue
		procd_open_instance $name
		procd_set_param command sleep 1000
		procd_close_instance
	done
}`,
    );
    await device.run('/etc/init.d/named start');
    const b = await pidOf('named', 'b');
    await device.run('/etc/init.d/named stop a');
    expect(await device.run('/etc/init.d/named status b')).toBe('running');
    expect((await device.exec('/etc/init.d/named status a')).exitCode).toBe(4);
    await device.run('/etc/init.d/named start a');
    expect(await pidOf('named', 'b')).toBe(b);
    await device.run('. /lib/functions/procd.sh; procd_send_signal named b KILL');
    await device.until('! /etc/init.d/named running b');
    expect((await device.exec('/etc/init.d/named running a')).exitCode).toBe(0);
    await device.run('/etc/init.d/named stop');
  });

  it('keeps no lock and no open file of who started it', async () => {
    install('clean', instance('sleep 1000'));
    await device.run('exec 7> /tmp/held; flock 7; /etc/init.d/clean start');
    expect((await device.exec('exec 7> /tmp/held; flock -n 7')).exitCode).toBe(0);
    expect((await device.exec('flock -n /var/lock/procd_clean.lock true')).exitCode).toBe(0);
    const open = await device.run(`ls /proc/${String(await pidOf('clean'))}/fd | sort -n | tr '\\n' ' '`);
    expect(open).toBe('0 1 2 ');
    await device.run('/etc/init.d/clean stop');
  });

  it('reads options with their types and defaults for uci_load_validate', async () => {
    device.write(
      '/etc/config/typed',
      "config thing 'one'\n\toption port '70000'\n\toption on 'yes'\n\tlist host 'a'\n\tlist host 'b'\n\toption mode 'fast'\n",
    );
    device.write(
      '/etc/init.d/typed',
      script(
        'typed',
        `show() {
	echo "$1 result=$2 port=$port on=$on host=$host mode=$mode size=$size"
}
start_service() {
	uci_load_validate typed thing one show 'port:port:80' 'on:bool:0' 'host:list(host)' 'mode:or("slow", "fast"):slow' 'size:range(1,9):5'
}`,
      ),
      0o755,
    );
    expect(await device.run('/etc/init.d/typed start')).toBe('one result=1 port=80 on=1 host=a b mode=fast size=5');
  });
});
