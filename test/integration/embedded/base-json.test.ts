import { afterAll, beforeAll, expect, it } from 'vitest';
import { Device } from '../../support/device.js';
import { deviceRoot } from '../../support/built-image.js';
import { describeWith, networkNamespaces } from '../../support/needs.js';

const status = JSON.stringify({
  interface: [
    { interface: 'lan', up: true, metric: 5, 'ipv4-address': [{ address: '192.168.100.1', mask: 24 }] },
    { interface: 'wan1', up: false, metric: 7, 'ipv4-address': [], data: { text: 'say "é\n\ttab\\' } },
  ],
  empty: {},
  none: null,
  number: 'N',
}).replace('"N"', '-1.5e3');

describeWith([networkNamespaces], 'JSON for shell scripts', () => {
  let device: Device;

  beforeAll(async () => {
    device = await Device.start({ root: await deviceRoot() });
    device.write('/tmp/status.json', status);
  });
  afterAll(async () => {
    await device.stop();
  });

  it.each([
    ['@.interface[0].interface', 'lan'],
    ['@.interface[-1].interface', 'wan1'],
    ['@.interface[*].interface', 'lan\nwan1'],
    ['@.interface[@.interface="wan1"].metric', '7'],
    ["@.interface[@.up=true]['ipv4-address'][0].address", '192.168.100.1'],
    ['@.interface[@.metric>5 && @.up=false].interface', 'wan1'],
    ['@.interface[@.metric<6 || @.interface="wan1"].interface', 'lan\nwan1'],
    ['@.interface[@.data].interface', 'wan1'],
    ['@.interface[!@.data].interface', 'lan'],
    ['@.interface[1].data.text', 'say "é\n\ttab\\'],
    ['$.number', '-1.5e3'],
    ['@.empty', '{}'],
    ['@.interface[0]["ipv4-address"]', '[ { "address": "192.168.100.1", "mask": 24 } ]'],
    ['up=@.interface[*].up', "export up='true false'; "],
  ])('jsonfilter finds %s', async (path, expected) => {
    const { exitCode, stdout } = await device.exec(
      `jsonfilter -i /tmp/status.json -e '${path.replaceAll("'", "'\\''")}'`,
    );
    expect(stdout.replace(/\n$/, '')).toBe(expected);
    expect(exitCode).toBe(0);
  });

  it('jsonfilter tells types, reads stdin, and ends with 1 when it finds nothing', async () => {
    expect(
      await device.run(
        "jsonfilter -t @.interface -t '@.interface[0].up' -t @.number -t '@.interface[0].metric' < /tmp/status.json",
      ),
    ).toBe('array\nboolean\ndouble\nint');
    expect((await device.exec('jsonfilter -i /tmp/status.json -e @.absent')).exitCode).toBe(1);
    expect((await device.exec(`jsonfilter -s '{"a":' -e @.a`)).exitCode).toBe(1);
    expect((await device.exec('jsonfilter -i /tmp/status.json -e nonsense')).exitCode).toBe(2);
  });

  it('jshn writes a document', async () => {
    const text = await device.run(`. /usr/share/libubox/jshn.sh
json_init
json_add_string name 'a "b" \\ c'
json_add_int count 5
json_add_boolean yes 1
json_add_object in-ner
json_add_array list
json_add_string '' one
json_add_object
json_add_null nothing
json_close_object
json_close_array
json_close_object
json_add_double ratio 0.5
json_dump`);
    expect(JSON.parse(text)).toEqual({
      name: 'a "b" \\ c',
      count: 5,
      yes: true,
      'in-ner': { list: ['one', { nothing: null }] },
      ratio: 0.5,
    });
  });

  it('jshn reads a document', async () => {
    const text = await device.run(`. /usr/share/libubox/jshn.sh
json_load "$(cat /tmp/status.json)"
json_select interface
json_get_keys keys
echo "keys $keys"
json_select 2
json_get_vars interface up metric absent:default
echo "$interface $up $metric $absent"
json_select data
json_get_var text text
echo "$text"
json_select ..
json_select ..
json_select ..
show() { json_select "$2"; json_get_var name interface; echo "item $name $3"; json_select ..; }
json_for_each_item show interface extra
json_get_type type number
json_is_a empty object && echo "$type"`);
    expect(text).toBe('keys 1 2\nwan1 0 7 default\nsay "é\n\ttab\\\nitem lan extra\nitem wan1 extra\ndouble');
  });

  it('jshn keeps two documents apart, and refuses what is none', async () => {
    expect(
      await device.run(`. /usr/share/libubox/jshn.sh
json_init; json_add_string a outer
json_set_namespace second before
json_load '{"a":"inner"}'; json_get_var a a; echo "$a"
json_set_namespace "$before"; json_get_var a a; echo "$a"; json_dump
json_load '{broken' 2>/dev/null || echo refused`),
    ).toBe('inner\nouter\n{ "a": "outer" }\nrefused');
  });

  it('ubus lists objects and calls them', async () => {
    const objects = (await device.run('ubus list')).split('\n');
    expect(objects).toEqual(expect.arrayContaining(['service', 'system']));
    expect(await device.run('ubus -v list system')).toBe(`'system'\n\t"board":{}\n\t"info":{}\n\t"reboot":{}`);
    const board = JSON.parse(await device.run('ubus call system board')) as Record<string, unknown>;
    expect(board['hostname']).toBe(await device.run('hostname'));
    expect(board['release']).toMatchObject({ distribution: expect.any(String) as string });
    expect(JSON.parse(await device.run('ubus call system info'))).toMatchObject({
      memory: { total: expect.any(Number) as number },
    });
  });

  it('ubus tells failures in the words and with the codes of the real one', async () => {
    expect(await device.exec('ubus call absent x')).toEqual({
      exitCode: 4,
      stdout: '',
      stderr: 'Command failed: Not found\n',
    });
    expect(await device.exec('ubus call system x')).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: 'Command failed: Method not found\n',
    });
    expect((await device.exec(`ubus call system board '{'`)).exitCode).toBe(255);
    expect((await device.exec('ubus call ../../../bin/sh x')).exitCode).toBe(4);
    expect((await device.exec(`ubus call service delete '{"name":"../x"}'`)).exitCode).toBe(2);
  });
});
