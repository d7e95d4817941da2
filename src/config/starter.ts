import { recipeNames } from './grammar/build.js';

/** A value in a `--wan` or an answer. */
export type StarterValue = string | number;

/** What `otb init` was told. Nothing is checked here: the text is, before it is written. */
export interface Starter {
  recipe: string;
  deviceName: string;
  ssh: string;
  lan: string;
  scenario: string;
  engine?: string;
  /** Keys and values of each WAN. */
  wans: readonly Readonly<Record<string, StarterValue>>[];
  gateway?: { name: string; ssh: string };
}

/** A value as YAML in one line. Quoted unless it is certainly plain text, so that no value can become structure. */
function scalar(value: StarterValue): string {
  if (typeof value === 'number') return String(value);
  const plain =
    /^[A-Za-z./][A-Za-z0-9._@/-]*$/.test(value) && !/^(?:true|false|null|yes|no|y|n|\.+|\.(?:inf|nan))$/i.test(value);
  return plain ? value : JSON.stringify(value);
}

/** `{ name: fiber, device: eth1 }`; a key `passwordFile` becomes `password: { file: … }`. */
function flow(values: Readonly<Record<string, StarterValue>>): string {
  const parts = Object.entries(values).map(([key, value]) => {
    const secret = /^(\w+)File$/.exec(key)?.[1];
    return secret === undefined ? `${scalar(key)}: ${scalar(value)}` : `${secret}: { file: ${scalar(value)} }`;
  });
  return `{ ${parts.join(', ')} }`;
}

function gatewayLines({ gateway, deviceName }: Starter): string[] {
  const mark = gateway ? '' : '# ';
  const { name, ssh } = gateway ?? { name: 'paris', ssh: 'debian@gw.example.net' };
  return [
    '# The machine in a data centre where the links come together. Aggregation needs one.',
    `${mark}gateway:`,
    `${mark}  name: ${scalar(name)}`,
    `${mark}  ssh: ${scalar(ssh)} # user@host, user@host:port, or a host of your ssh_config`,
    `${mark}  # The key both ends share, in a file of mode 0600. Make one with: openssl rand -base64 32`,
    `${mark}  tunnel: { type: shadowsocks, port: 8388, key: { file: ./secrets/tunnel.key } }`,
    '  # Ports of the public address that lead to a device:',
    `  # forwards: [{ proto: tcp, port: 443, to: ${scalar(deviceName)} }]`,
  ];
}

function deviceLines({ deviceName, ssh, lan, scenario, engine, wans }: Starter): string[] {
  return [
    '# The routers.',
    'devices:',
    `  - name: ${scalar(deviceName)} # also its host name`,
    `    ssh: ${scalar(ssh)}`,
    `    lan: { address: ${scalar(lan)} }`,
    `    scenario: ${scalar(scenario)} # aggregation | load-balancing | failover`,
    engine === undefined
      ? '    # engine: mptcp # mptcp | mwan3; chosen by the scenario'
      : `    engine: ${scalar(engine)} # mptcp | mwan3`,
    '    # The lines to the internet, at most 8. down and up in Mbit/s; role: on | backup | off;',
    '    # proto: dhcp | static | pppoe | modemmanager | qmi',
    '    wans:',
    ...wans.map((wan) => `      - ${flow(wan)}`),
    '    # A dead line is noticed and left within this time:',
    '    # failover: { within: 3s }',
  ];
}

/** The text of a first `otb.yaml`, with comments. */
export function starterText(starter: Starter): string {
  return [
    '# yaml-language-server: $schema=./otb.schema.json',
    '# Check it with `otb validate`; `otb validate --show` prints every default.',
    'version: 1',
    '',
    '# The image.',
    'build:',
    `  recipe: ${scalar(starter.recipe)} # ${recipeNames.join(' | ')} | a path to your own`,
    '  # packages: [tcpdump, -bmon] # + and - as in ImageBuilder',
    '',
    ...gatewayLines(starter),
    '',
    ...deviceLines(starter),
    '',
  ].join('\n');
}
