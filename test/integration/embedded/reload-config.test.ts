import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Device } from '../../support/device.js';
import { deviceRoot } from '../../support/built-image.js';
import { describeWith, networkNamespaces } from '../../support/needs.js';

const listener = `#!/bin/sh /etc/rc.common
USE_PROCD=1
START=80
start_service() {
	procd_open_instance
	procd_set_param command sleep 1000
	procd_close_instance
}
service_triggers() {
	procd_add_reload_trigger alpha beta
	procd_add_raw_trigger config.change 0 sh -c 'echo any >> /tmp/any'
}
reload_service() {
	echo "$(cat /proc/uptime)" >> /tmp/reloads
	sleep "\${SLOW:-0}"
}
`;

describeWith([networkNamespaces], 'reload_config', () => {
  let device: Device;

  beforeAll(async () => {
    device = await Device.start({ root: await deviceRoot() });
    device.write('/etc/config/alpha', "config thing 'one'\n\toption x '1'\n");
    device.write('/etc/config/beta', "config thing 'one'\n\toption x '1'\n");
    device.write('/etc/config/gamma', "config thing 'one'\n\toption x '1'\n");
    device.write('/etc/init.d/listener', listener, 0o755);
    await device.run('/etc/init.d/listener start');
  });
  afterAll(async () => {
    await device.stop();
  });
  beforeEach(async () => {
    await device.run('rm -rf /tmp/.uci/*; reload_config');
    await settle();
    await device.run(': > /tmp/reloads; : > /tmp/any');
  });

  const reloads = async (): Promise<number> => Number(await device.run('wc -l < /tmp/reloads'));
  /** Until every trigger has run: nothing waits, and nobody is at work. */
  const settle = async (): Promise<void> => {
    await device.until(
      'cd /var/run/service; [ ! -s .queue ] && { [ ! -e .queue.runner ] || flock -n .queue.runner true; }',
    );
  };

  it('raises no event when nothing has changed', async () => {
    await device.run('reload_config');
    await settle();
    expect(await reloads()).toBe(0);
    expect(await device.run('cat /tmp/any')).toBe('');
  });

  it('returns at once, and reloads who listens a second later, once', async () => {
    await device.run('uci set alpha.one.x=2; uci set beta.one.x=2; uci commit');
    const before = Number((await device.run('cat /proc/uptime')).split(' ')[0]);
    await device.run('reload_config');
    expect(await reloads()).toBe(0);
    await settle();
    expect(await reloads()).toBe(1);
    expect(Number((await device.run('cat /tmp/reloads')).split(' ')[0])).toBeGreaterThanOrEqual(before + 1);
  });

  it('does not reload who listens to other packages', async () => {
    await device.run('uci set gamma.one.x=$(date +%s); uci commit; reload_config');
    await settle();
    expect(await reloads()).toBe(0);
    expect(await device.run('cat /tmp/any')).toBe('any');
  });

  it('does not count comments and spaces', async () => {
    await device.run(`sed -i 's/^\\toption/\\t\\toption/; 1i # a comment' /etc/config/alpha; reload_config`);
    await settle();
    expect(await reloads()).toBe(0);
  });

  it('counts staged changes, so that the later commit raises no event', async () => {
    await device.run('uci set alpha.one.x=staged; reload_config');
    await settle();
    expect(await reloads()).toBe(1);
    await device.run('uci commit alpha; reload_config');
    await settle();
    expect(await reloads()).toBe(1);
  });

  it('raises no event for a package that was not there the last time', async () => {
    await device.run('mv /etc/config/beta /tmp/beta; reload_config');
    await settle();
    expect(await reloads()).toBe(1);
    await device.run('mv /tmp/beta /etc/config/beta; reload_config');
    await settle();
    expect(await reloads()).toBe(1);
  });

  it('runs one reload after another, and again for what changes meanwhile', async () => {
    await device.run(`sed -i 's/:-0/:-2/' /etc/init.d/listener; uci set alpha.one.x=a; reload_config`);
    await device.until('[ -s /tmp/reloads ]');
    await device.run('uci set alpha.one.x=b; reload_config; uci set alpha.one.x=c; reload_config');
    await settle();
    const [first, second, ...more] = (await device.run('cat /tmp/reloads'))
      .split('\n')
      .map((line) => Number(line.split(' ')[0]));
    expect(more).toEqual([]);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(1.9);
    await device.run(`sed -i 's/:-2/:-0/' /etc/init.d/listener`);
  });

  it('tells a stopped service nothing', async () => {
    await device.run('/etc/init.d/listener stop; uci set alpha.one.x=d; reload_config');
    await settle();
    expect(await reloads()).toBe(0);
    await device.run('/etc/init.d/listener start');
  });

  it('works the same through ubus call service event', async () => {
    await device.run(`ubus call service event '{"type":"config.change","data":{"package":"beta"}}'`);
    await settle();
    expect(await reloads()).toBe(1);
  });
});
