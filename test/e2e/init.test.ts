import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { program, itWith } from '../support/needs.js';
import { documentOf, otb, otbPath } from '../support/otb.js';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'otb-init-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const init = (...args: string[]) => otb(['init', '--no-input', ...args], { cwd: directory });
const show = async () => {
  const run = await otb(['validate', '--show', '--json'], { cwd: directory });
  return documentOf(run)['config'] as Record<string, unknown>;
};

describe('otb init', () => {
  it('writes a file that is valid, and its schema', async () => {
    const run = await init();
    expect([run.exitCode, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toBe(
      'wrote otb.yaml and otb.schema.json\nNext:\n  mkdir -m 700 secrets && (umask 077; openssl rand -base64 32 > secrets/tunnel.key)\n  otb validate\n  otb build\n',
    );
    expect(await readdir(directory)).toEqual(['otb.schema.json', 'otb.yaml']);
    const text = await readFile(join(directory, 'otb.yaml'), 'utf8');
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./otb.schema.json');
    expect((await otb(['validate'], { cwd: directory })).stdout).toBe(
      'otb.yaml is valid: recipe openwrt, gateway gateway, 1 device, 2 WANs\n',
    );
    const { stdout } = await otb(['schema']);
    expect(JSON.parse(await readFile(join(directory, 'otb.schema.json'), 'utf8'))).toEqual(JSON.parse(stdout));
  });

  it('writes what the flags say', async () => {
    const run = await init(
      ...['--recipe', 'embedded', '--device-name', 'lyon', '--ssh', 'root@10.1.0.1:2222', '--lan', '10.1.0.1/24'],
      ...['--scenario', 'failover', '--engine', 'mptcp', '--gateway', 'admin@gw', '--gateway-name', 'paris'],
      ...[
        '--wan',
        'name=fiber,device=eth1,down=500,up=200.5',
        '--wan',
        'name=dsl,device=eth2,proto=pppoe,username=a@isp,passwordFile=./secrets/dsl,role=backup',
      ],
    );
    expect([run.exitCode, run.stderr]).toEqual([0, '']);
    expect(await show()).toMatchObject({
      build: { recipe: 'embedded' },
      gateway: { name: 'paris', ssh: 'admin@gw', tunnel: { key: { file: './secrets/tunnel.key' } } },
      devices: [
        {
          name: 'lyon',
          ssh: 'root@10.1.0.1:2222',
          scenario: 'failover',
          wans: [
            { name: 'fiber', proto: 'dhcp', down: 500, up: 200.5 },
            { name: 'dsl', proto: 'pppoe', username: 'a@isp', password: { file: './secrets/dsl' }, role: 'backup' },
          ],
        },
      ],
    });
  });

  it('writes no gateway where none is needed', async () => {
    await init('--scenario', 'load-balancing');
    expect(await show()).not.toHaveProperty('gateway');
  });

  it('refuses to overwrite anything, unless it is told to', async () => {
    for (const name of ['otb.yaml', 'otb.schema.json']) {
      await writeFile(join(directory, name), 'precious');
      expect(await init()).toEqual({
        exitCode: 9,
        stdout: '',
        stderr: `error: ${name} is there already\nUse --force to overwrite, or --config FILE to write elsewhere.\n`,
      });
      expect(await readFile(join(directory, name), 'utf8')).toBe('precious');
      expect(await readdir(directory)).toEqual([name]);
      await rm(join(directory, name));
    }
    await writeFile(join(directory, 'otb.yaml'), 'precious');
    expect((await init('--force')).exitCode).toBe(0);
    expect((await otb(['validate'], { cwd: directory })).exitCode).toBe(0);
  });

  it('writes where --config says, or says why it cannot', async () => {
    await mkdir(join(directory, 'sites'));
    expect((await init('--config', 'sites/lyon.yaml')).exitCode).toBe(0);
    expect(await readdir(join(directory, 'sites'))).toEqual(['lyon.yaml', 'otb.schema.json']);
    const run = await init('--config', 'nowhere/otb.yaml');
    expect([run.exitCode, run.stderr]).toEqual([
      2,
      `error: cannot write ${join('nowhere', 'otb.schema.json')}: there is no such directory\nCheck the path.\n`,
    ]);
  });

  it('prints the file and writes nothing under --dry-run', async () => {
    const run = await init('--dry-run');
    expect(run.stdout).toContain('\nversion: 1\n');
    expect(await readdir(directory)).toEqual([]);
  });

  it('is one document with --json', async () => {
    expect(documentOf(await init('--json'))).toEqual({ schemaVersion: 1, written: ['otb.yaml', 'otb.schema.json'] });
  });
});

describe('values that are no values', () => {
  it.each([
    [['--recipe', 'opnwrt'], '--recipe: there is no recipe "opnwrt"; did you mean "openwrt"?'],
    [
      ['--device-name', 'a b'],
      '--device-name: the name holds " "; it becomes the host name: letters, digits and - inside (RFC 1123)',
    ],
    [
      ['--device-name', 'x\n    ssh: evil'],
      '--device-name: the name holds "\\n"; it becomes the host name: letters, digits and - inside (RFC 1123)',
    ],
    [
      ['--device-name', 'x # y'],
      '--device-name: the name holds " "; it becomes the host name: letters, digits and - inside (RFC 1123)',
    ],
    [['--device-name='], '--device-name: the name is empty'],
    [
      ['--ssh=-oProxyCommand=id'],
      '--ssh: the SSH destination begins with "-"; write it as root@192.168.100.1, user@host:port, or a host of your ssh_config',
    ],
    [
      ['--ssh', '${HOME}'],
      '--ssh: the SSH destination holds "$"; write it as root@192.168.100.1, user@host:port, or a host of your ssh_config',
    ],
    [
      ['--lan', '192.168.100.0/24'],
      '--lan: 192.168.100.0/24 is the network itself; give the address of the machine in it, as 192.168.100.1/24',
    ],
    [
      ['--scenario', 'agregation'],
      '--scenario: expected one of aggregation, load-balancing, failover, this is the text "agregation"; did you mean "aggregation"?',
    ],
    [
      ['--engine', 'mwan3'],
      '--engine: mwan3 cannot aggregate: it gives each connection to one WAN; use engine: mptcp, or scenario: load-balancing',
    ],
    [['--wan', 'name=a'], '--wan number 1, device: is missing; add it, for example device: eth1'],
    [
      ['--wan', 'name=a,device=eth1', '--wan', 'name=b,iface=eth2,device=eth2'],
      '--wan number 2, iface: there is no such option; did you mean "device"?',
    ],
    [['--wan', 'fiber'], '--wan "fiber": "fiber" is no key=value'],
    [
      ['--wan', 'name=a,device=eth1,password=hunter2,proto=pppoe,username=u'],
      '--wan number 1, password: a secret must not stand in this file; write { file: ./secrets/name }, { command: [program, argument] } or { env: NAME }',
    ],
    [
      ['--wan', 'name=a }, { name: b,device=eth1'],
      '--wan "name=a }, { name: b,device=eth1": " { name: b" is no key=value',
    ],
    [
      ['--gateway', 'a b'],
      '--gateway: the SSH destination holds " "; write it as root@192.168.100.1, user@host:port, or a host of your ssh_config',
    ],
  ])('%j', async (args, message) => {
    const run = await init(...args);
    expect([run.exitCode, run.stdout]).toEqual([2, '']);
    expect(run.stderr.split('\n')[0]).toBe(`error: ${message}`);
    expect(run.stderr).not.toContain('hunter2');
    expect(await readdir(directory)).toEqual([]);
  });

  it('tells all of them at once', async () => {
    const run = await init('--recipe', 'x', '--device-name', '-');
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/^--recipe: .*\n--device-name: .*\nerror: 2 answers cannot be used\n/);
  });
});

/** Runs `otb init` on a terminal; each answer is typed when its question has appeared. */
async function onTerminal(
  dialogue: readonly (readonly [question: string, keys: string])[],
): Promise<{ exitCode: number | null; screen: string }> {
  const command = `stty cols 120 rows 40; exec '${process.execPath}' '${otbPath}' init`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: directory,
    env: { ...process.env, CI: '', TERM: 'xterm', SHELL: '/bin/sh' },
    stdio: 'pipe',
  });
  let [screen, answered, from] = ['', 0, 0];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    const next = dialogue[answered];
    if (!next || !screen.includes(next[0], from)) return;
    from = screen.length;
    answered += 1;
    setTimeout(() => child.stdin.write(next[1]), 300);
  });
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { exitCode, screen };
}

describe('on a terminal', () => {
  const enter = '\r';
  itWith([program('script')], 'asks, and writes what was answered', async () => {
    const { exitCode, screen } = await onTerminal([
      ['What is built?', enter],
      ['Name of the router', '\u007f\u007f\u007f\u007flyon' + enter],
      ['logs in to it', enter],
      ['What should the lines do?', '\u001b[B' + enter],
      ['Name of line 1', enter],
      ['Network device of wan1', enter],
      ['Name of line 2', enter],
      ['Network device of wan2', enter],
      ['Another line?', enter],
    ]);
    expect([exitCode, screen.includes('wrote otb.yaml')]).toEqual([0, true]);
    expect(await show()).toMatchObject({
      build: { recipe: 'embedded' },
      devices: [
        {
          name: 'lyon',
          scenario: 'load-balancing',
          wans: [
            { name: 'wan1', device: 'eth1' },
            { name: 'wan2', device: 'eth2' },
          ],
        },
      ],
    });
  });

  itWith([program('script')], 'says at once what is wrong with an answer, and asks again', async () => {
    const { exitCode, screen } = await onTerminal([
      ['What is built?', enter],
      ['Name of the router', ' x' + enter],
      ['the name holds', '\u007f\u007f' + enter],
      ['logs in to it', '\u0003'],
    ]);
    expect(exitCode).toBe(130);
    expect(screen).toContain('the name holds " "');
  });

  itWith([program('script')], 'leaves nothing behind on Ctrl-C', async () => {
    const { exitCode } = await onTerminal([['What is built?', '\u0003']]);
    expect(exitCode).toBe(130);
    expect(await readdir(directory)).toEqual([]);
  });
});
