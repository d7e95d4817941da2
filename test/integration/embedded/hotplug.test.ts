import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Device } from '../../support/device.js';
import { deviceRoot } from '../../support/built-image.js';
import { describeWith, networkNamespaces } from '../../support/needs.js';

describeWith([networkNamespaces], 'hotplug', () => {
  let device: Device;

  beforeAll(async () => {
    device = await Device.start({
      root: await deviceRoot(),
      prepare: (root) => {
        add(root, 'net/50-log', 'echo "$ACTION $INTERFACE $SUBSYSTEM $DEVICENAME" >> /tmp/net.log\n');
        add(root, 'iface/10-exit', 'echo "10 $HOTPLUG_TYPE" >> /tmp/iface.log\nleaked=yes\nexit 3\n');
        add(root, 'iface/20-log', 'echo "20 $ACTION $INTERFACE $DEVICE ${leaked:-clean}" >> /tmp/iface.log\n');
        add(root, 'iface/.hidden', 'echo hidden >> /tmp/iface.log\n');
      },
    });
  });
  afterAll(async () => {
    await device.stop();
  });

  it('hears of network devices from the kernel', async () => {
    await device.run('ip link add br7 type bridge');
    await device.until("grep -x 'add br7 net br7' /tmp/net.log");
    await device.run('ip link del br7');
    await device.until("grep -x 'remove br7 net br7' /tmp/net.log");
  });

  it('was told of the devices that were there before it', async () => {
    await device.until("grep -x 'add lo net lo' /tmp/net.log");
  });

  it('loses no event when many come at once', async () => {
    await device.run('for i in 1 2 3 4 5 6 7 8; do ip link add many$i type bridge; done');
    await device.until('[ "$(grep -c "^add many" /tmp/net.log)" = 8 ]');
    await device.run('for i in 1 2 3 4 5 6 7 8; do ip link del many$i; done');
    await device.until('[ "$(grep -c "^remove many" /tmp/net.log)" = 8 ]');
  });

  it('reads the settings of a device again when it appears', async () => {
    device.write('/etc/sysctl.d/90-test.conf', 'net.ipv4.conf.late0.rp_filter = 2\n');
    await device.run('ip link add late0 type bridge');
    await device.until('[ "$(cat /proc/sys/net/ipv4/conf/late0/rp_filter)" = 2 ]');
    await device.run('ip link del late0');
  });

  it('is heard again after its listener was killed', async () => {
    await device.run('kill -9 $(cut -d" " -f1 /var/run/service/hotplug/instances/listener/pid)');
    await device.until('[ -s /var/run/service/hotplug/instances/listener/respawns ] && /etc/init.d/hotplug running');
    await device.until(
      'ip link add back0 type bridge; ip link del back0; sleep 0.3; grep -x "remove back0 net back0" /tmp/net.log',
    );
  });

  it('runs every script in order, each in a shell of its own', async () => {
    // The network's own interfaces have told theirs at boot.
    await device.run('rm -f /tmp/iface.log; ACTION=ifup INTERFACE=wan DEVICE=eth1 hotplug-call iface');
    expect(await device.run('cat /tmp/iface.log')).toBe('10 iface\n20 ifup wan eth1 clean');
  });

  it('refuses a type that is a path', async () => {
    expect((await device.exec('hotplug-call ../init.d')).exitCode).toBe(1);
    expect((await device.exec('hotplug-call')).exitCode).toBe(1);
    expect((await device.exec('hotplug-call nothing')).exitCode).toBe(0);
  });

  it('runs the triggers of services that wait for an interface', async () => {
    device.write(
      '/etc/init.d/waiting',
      `#!/bin/sh /etc/rc.common
USE_PROCD=1
start_service() {
	procd_open_instance
	procd_set_param command sleep 1000
	procd_close_instance
}
service_triggers() {
	PROCD_RELOAD_DELAY=10000
	procd_add_reload_interface_trigger wan
	procd_add_interface_trigger interface.down lan sh -c 'echo down >> /tmp/waiting'
}
reload_service() { echo reload >> /tmp/waiting; }
`,
      0o755,
    );
    await device.run('/etc/init.d/waiting start');
    await device.run('ACTION=ifup INTERFACE=lan hotplug-call iface; ACTION=ifdown INTERFACE=lan hotplug-call iface');
    await device.run('ACTION=ifup INTERFACE=wan hotplug-call iface; ACTION=ifupdate INTERFACE=wan hotplug-call iface');
    await device.until('grep -x down /tmp/waiting && grep -x reload /tmp/waiting', 60_000);
    // Two events of one interface are one reload when they come within the delay.
    expect((await device.run('sort /tmp/waiting')).split('\n')).toEqual(['down', 'reload']);
  });
});

function add(root: string, name: string, text: string): void {
  const path = join(root, 'etc/hotplug.d', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
