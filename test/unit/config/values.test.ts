import { describe, expect, it } from 'vitest';
import { base, changed, problemsOf } from './support.js';

const wan = '{ name: fiber, device: eth1, proto: dhcp, down: 500, up: 200 }';

/** The problems when something else stands where the first WAN stands. */
function withWan(replacement: string): string[] {
  return problemsOf(changed(wan, replacement));
}

describe('values of the wrong kind', () => {
  it.each([
    [
      'a number for text',
      'build: { recipe: 1234 }',
      '5:18: build.recipe: expected text, this is the number 1234; put it in quotes: "1234"'.replace('5:', '2:'),
    ],
    [
      'a number that looks octal, for text',
      'build: { output: 0123 }',
      '2:18: build.output: expected text, this is the number 0123; put it in quotes: "0123"',
    ],
    [
      'a number that looks octal, for a number',
      'build: { jobs: 1, downloads: { retries: 03 } }',
      '2:41: build.downloads.retries: expected a number, this is the number 03; write 3: a leading 0 means octal to some programs',
    ],
    [
      'a number that cannot be kept',
      'build: { downloads: { retries: 12345678901234567890 } }',
      '2:32: build.downloads.retries: expected a number, this is the number 12345678901234567890; for example retries: 2',
    ],
    [
      'a fraction',
      'build: { downloads: { retries: 1.5 } }',
      '2:32: build.downloads.retries: expected a whole number, this is the number 1.5; for example retries: 2',
    ],
    [
      'a quoted number',
      'build: { downloads: { retries: "2" } }',
      '2:32: build.downloads.retries: expected a number, this is the text "2"; write it without quotes: 2',
    ],
    ['too small', 'provision: { parallel: 0 }', '2:24: provision.parallel: the number 0 is too small; use at least 1'],
    [
      'too large',
      'provision: { parallel: 257 }',
      '2:24: provision.parallel: the number 257 is too large; use at most 256',
    ],
    [
      'not a number',
      'provision: { parallel: .nan }',
      '2:24: provision.parallel: expected a number, this is the number .nan; for example parallel: 10',
    ],
    [
      'true for text',
      'build: { output: true }',
      '2:18: build.output: expected text, this is the word true; put it in quotes: "true"',
    ],
    [
      'text for a list',
      'build: { packages: tcpdump }',
      '2:20: build.packages: expected a list, this is the text "tcpdump"; write it as a list: [tcpdump]',
    ],
    [
      'a mapping for a list',
      'build: { packages: { a: b } }',
      '2:20: build.packages: expected a list, this is a mapping; for example packages: [tcpdump, "-bmon"]',
    ],
    ['a list for a mapping', 'build: [openwrt]', '2:8: build: expected a mapping (key: value), this is a list'],
    ['nothing for a section', 'build:', '2:7: build: is empty; write a value, or delete the line'],
    [
      'nothing for a value',
      'build:\n  recipe:',
      '3:10: build.recipe: is empty; write a value, for example recipe: openwrt',
    ],
    [
      'a comment for a line of .config',
      'build:\n  kconfig:\n    - # CONFIG_A is not set',
      '4:7: build.kconfig[0]: is empty; write a value (text that begins with # stands in quotes)',
    ],
    [
      'a duration without a unit',
      'provision: { confirm: 120 }',
      '2:23: provision.confirm: the number 120 has no unit; write it as 120s or 120ms',
    ],
    [
      'a duration that is none',
      'provision: { confirm: 2 minutes }',
      '2:23: provision.confirm: this is no duration; write a number and its unit: 500ms, 5s, 2m, 12h',
    ],
    [
      'a duration that is too short',
      'provision: { confirm: 5s }',
      '2:23: provision.confirm: 5s is too short; use at least 30s',
    ],
    [
      'an unknown section',
      'biuld: {}',
      '2:1: biuld: there is no such section; what there is: version, build, gateway, devices, provision'.replace(
        'what there is: version, build, gateway, devices, provision',
        'did you mean "build"?',
      ),
    ],
    [
      'an unknown option',
      'build: { recipee: openwrt }',
      '2:10: build.recipee: there is no such option; did you mean "recipe"?',
    ],
    [
      'another word for an option',
      'build: { target: openwrt }',
      '2:10: build.target: there is no such option; did you mean "recipe"?',
    ],
    [
      'an option like nothing',
      'provision: { zzz: 1 }',
      '2:14: provision.zzz: there is no such option; what there is: confirm, parallel',
    ],
    ['a key with a bad character', 'build: { "a\\nb": 1 }', '2:10: build["a\\nb"]: there is no such option'],
    ['__proto__', 'build: { __proto__: 1 }', '2:10: build.__proto__: there is no such option'],
    [
      'a bad name of a variable',
      'build: { environment: { "A B": x } }',
      '2:25: build.environment["A B"]: this is no name of an environment variable; use letters, digits and _, and no digit first',
    ],
  ])('%s', (_what, line, problem) => {
    const [first, ...rest] = problemsOf(`version: 1\n${line}\n`);
    expect(rest).toEqual([]);
    if (problem.endsWith('there is no such option'))
      expect(first).toContain(`otb.yaml:${problem}; what there is: recipe, packages`);
    else expect(first).toBe(`otb.yaml:${problem}`);
  });

  it.each([
    ['yes', 'write true'],
    ['On', 'write true'],
    ['no', 'write false'],
    ['off', 'write false'],
    ['1', 'write true'],
  ])('%s for true or false', (word, hint) => {
    const [problem] = problemsOf(base.replace('{ key:', `{ udp: ${word}, key:`));
    expect(problem).toContain(`: gateway.tunnel.udp: expected true or false, this is the `);
    expect(problem).toMatch(new RegExp(`; ${hint}$`));
  });

  it('says what is missing, with an example', () => {
    expect(problemsOf('build: {}\n')).toEqual(['otb.yaml:1:1: version: is missing; add it, for example version: 1']);
    expect(problemsOf('version: 1\ndevices: [{}]\n')).toEqual([
      'otb.yaml:2:11: devices[0].name: is missing; add it, for example name: home',
      'otb.yaml:2:11: devices[0].ssh: is missing; add it, for example ssh: root@192.168.100.1',
      'otb.yaml:2:11: devices[0].wans: is missing; add it',
      'otb.yaml:2:11: devices[0]: aggregation with mptcp needs a gateway, where the links come together; add the section gateway, or use engine: mwan3 with load-balancing or failover',
    ]);
    expect(withWan('{ name: x }')).toEqual([
      'otb.yaml:10:9: devices[0].wans[0].proto: is missing; add it, for example proto: dhcp',
    ]);
  });
});

describe('words of a WAN', () => {
  const at = (column: number, key: string) => `otb.yaml:10:${column}: devices[0].wans[0].${key}`;
  it.each([
    [
      '{ name: wan-2, device: eth1, proto: dhcp }',
      `${at(17, 'name')}: the name of a WAN holds "-"; UCI allows only letters, digits and _`,
    ],
    [
      '{ name: averyverylong1, device: eth1, proto: dhcp }',
      `${at(17, 'name')}: the name of a WAN has 14 characters; use at most 13: mwan3 makes a chain of it, and silently breaks on longer names`,
    ],
    ['{ name: lan, device: eth1, proto: dhcp }', `${at(17, 'name')}: "lan" is a reserved name; choose another one`],
    [
      '{ name: fiber1234x, device: eth1, proto: pppoe, username: a, password: { env: P } }',
      `${at(17, 'name')}: the name of a pppoe WAN has 10 characters; use at most 9: the network device is called pppoe-fiber1234x, and the kernel allows 15`,
    ],
    [
      '{ name: x, device: "eth1;reboot", proto: dhcp }',
      `${at(28, 'device')}: a network device's name holds ";"; use letters, digits, ".", "_", "@" and "-"`,
    ],
    [
      '{ name: x, device: averyverylongif0, proto: dhcp }',
      `${at(28, 'device')}: a network device's name has 16 characters; the kernel allows 15`,
    ],
    [
      '{ name: x, device: /dev/../etc/passwd, proto: qmi, apn: a }',
      `${at(28, 'device')}: this is no path of a modem; give its path below /sys/devices (modemmanager) or /dev (qmi), as /dev/cdc-wdm0`,
    ],
    [
      '{ name: x, device: eth1, proto: dhcp, vlan: 4095 }',
      `${at(53, 'vlan')}: the number 4095 is too large; use at most 4094`,
    ],
    [
      '{ name: x, device: eth1, proto: dhcp, mac: "01:00:5e:00:00:01" }',
      `${at(52, 'mac')}: 01:00:5e:00:00:01 is a group's address; the second digit must be even`,
    ],
    [
      '{ name: x, device: eth1, proto: dhcp, metric: 257 }',
      `${at(55, 'metric')}: the number 257 is too large; use at most 256`,
    ],
    [
      '{ name: x, device: eth1, proto: dhcp, table: 200 }',
      `${at(54, 'table')}: the number 200 is too small; use at least 300`,
    ],
    [
      '{ name: x, device: eth1, proto: dhcp, role: master }',
      `${at(53, 'role')}: expected one of on, backup, off, this is the text "master"; write one of them`,
    ],
    [
      '{ name: x, device: eth1, proto: dhcp, role: false }',
      `${at(53, 'role')}: expected one of on, backup, off, this is the word false; did you mean "off"?`,
    ],
    [
      '{ name: x, device: eth1, proto: dhcp, username: bob }',
      `${at(47, 'username')}: username does not go with this proto; it belongs to pppoe, modemmanager, qmi; delete it or change proto`,
    ],
    [
      '{ name: x, device: eth1, proto: pppoe, username: bob, password: secret }',
      `${at(73, 'password')}: a secret must not stand in this file; write { file: ./secrets/name }, { command: [program, argument] } or { env: NAME }`,
    ],
    [
      '{ name: x, device: eth1, proto: pppoe, username: bob, password: { env: A, file: b } }',
      `${at(73, 'password')}: a secret has exactly one source; write { file: ./secrets/name }, { command: [program, argument] } or { env: NAME }`,
    ],
    [
      '{ name: x, device: eth1, proto: static, address: 192.0.2.0/24, gateway: 192.0.2.1 }',
      `${at(58, 'address')}: 192.0.2.0/24 is the network itself; give the address of the machine in it, as 192.168.100.1/24`,
    ],
    [
      '{ name: x, device: eth1, proto: static, address: 192.0.2.300/24, gateway: 192.0.2.1 }',
      `${at(58, 'address')}: "192.0.2.300/24" is no IPv4 address with a prefix; write it as 192.168.100.1/24`,
    ],
    [
      '{ name: x, device: eth1, proto: static, address: 192.0.2.3/24, gateway: 192.0.2.01 }',
      `${at(81, 'gateway')}: "192.0.2.01" is no IPv4 address; write four numbers from 0 to 255, as 192.0.2.1`,
    ],
    [
      '{ name: x, iface: eth1, device: eth1, proto: dhcp }',
      `${at(20, 'iface')}: there is no such option; did you mean "device"?`,
    ],
  ])('%s', (replacement, problem) => {
    expect(withWan(replacement)).toEqual([problem]);
  });
});

describe('SSH destinations', () => {
  const ssh = (value: string) =>
    problemsOf(changed('ssh: root@192.168.100.1', `ssh: ${JSON.stringify(value)}`)).map((one) =>
      one.replace(/^.*?devices\[0\]\.ssh: (.*?); (?:write it as|leave it out|give a host|it has|a part).*$/, '$1'),
    );
  it.each([
    'router',
    'root@router',
    'root@[2001:db8::1]:22',
    'root@2001:db8::1',
    'my_host',
    'root@router.example.net:2222',
    'a.b-c',
  ])('%s', (value) => {
    expect(ssh(value)).toEqual([]);
  });
  it.each([
    ['', 'the SSH destination is empty'],
    ['-oProxyCommand=touch /tmp/x', 'the SSH destination begins with "-"'],
    ['root@-x', 'the host begins with "-"'],
    ['root@host;reboot', 'the SSH destination holds ";"'],
    ['root@$(reboot)', 'the SSH destination holds "$"'],
    ['root@a b', 'the SSH destination holds " "'],
    ['root@a\nb', 'the SSH destination holds "\\n"'],
    ['ssh://root@host', 'the SSH destination holds "/"'],
    ['root:password@host', 'the SSH destination holds a password'],
    ['@host', 'this is no user name'],
    ['root@host:0', 'there is no port 0'],
    ['root@host:99999', 'there is no port 99999'],
    ['root@1.2.3.400', '"1.2.3.400" is no IPv4 address'],
    ['root@a..b', '"" is no part of a host name'],
  ])('%j', (value, problem) => {
    expect(ssh(value)).toEqual([problem]);
  });
});

describe('words of a build', () => {
  it.each([
    ['recipe: opnwrt', 'build.recipe: there is no recipe "opnwrt"; did you mean "openwrt"?'],
    [
      'recipe: ./my recipe',
      'build.recipe: OpenWrt cannot build below such a path; use a path without spaces, quotes, ":", "#", "$" and backslashes',
    ],
    [
      'packages: [tcp dump]',
      'build.packages[0]: a package\'s name holds " "; write tcpdump to add one, -bmon to leave one out',
    ],
    ['packages: [a, -a]', 'build.packages[1]: a is in build.packages[0] already; keep one'],
    [
      'kconfig: [CONFIG_A]',
      'build.kconfig[0]: this is no line of .config; write CONFIG_NAME=y (m, n, a number, or text in double quotes), or "# CONFIG_NAME is not set"',
    ],
    [
      'kconfig: [CONFIG_A=y, "# CONFIG_A is not set"]',
      'build.kconfig[1]: CONFIG_A is set by build.kconfig[0] already; keep one',
    ],
    [
      'source: { url: "ext::sh -c id" }',
      'build.source.url: the address holds a space or a control character; use https://, ssh://, git@host:path, file:///path or a path',
    ],
    [
      'source: { url: "--upload-pack=id" }',
      'build.source.url: the address begins with "-"; use https://, ssh://, git@host:path, file:///path or a path',
    ],
    [
      'source: { url: "ext::id" }',
      'build.source.url: the address holds "::", which git takes for a program to run; use https://, ssh://, git@host:path, file:///path or a path',
    ],
    [
      'source: { url: "ftp://example.net/a.git" }',
      'build.source.url: this is no address to fetch from; use https://, ssh://, git@host:path, file:///path or a path',
    ],
    [
      'source: { url: "https://me:hunter2@example.net/a.git" }',
      'build.source.url: the address holds a password; leave it out: git asks your credential helper',
    ],
    [
      'source: { commit: main }',
      'build.source.commit: this is no commit; give all 40 hexadecimal digits of it (git rev-parse): names and short forms can change what they mean',
    ],
    [
      'remedies: [{ name: x, signature: "a(", commands: [[make]] }]',
      'build.remedies[0].signature: this is no regular expression: Unterminated group; put a \\ before . ( ) [ ] { } * + ? / | ^ $',
    ],
    [
      'remedies: [{ name: x, signature: a, commands: [make] }]',
      'build.remedies[0].commands[0]: expected a list, this is the text "make"; write it as a list: [make]',
    ],
    [
      'remedies: [{ name: x, signature: a, commands: [] }]',
      'build.remedies[0].commands: the list has too few items; give at least 1',
    ],
  ])('%s', (option, problem) => {
    expect(problemsOf(`version: 1\nbuild:\n  ${option}\n`).map((one) => one.replace(/^otb\.yaml:3:\d+: /, ''))).toEqual(
      [problem],
    );
  });
});
