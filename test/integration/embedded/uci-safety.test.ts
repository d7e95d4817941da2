import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWith, program, root } from '../../support/needs.js';
import { UciSandbox } from './uci-sandbox.js';

const network = "config interface 'lan'\n\toption proto 'static'\n";
const needs = [program('busybox'), program('flock')];
let sandbox: UciSandbox;

beforeEach(() => {
  sandbox = new UciSandbox();
  sandbox.reset({ '/etc/config/network': network });
});
afterEach(() => {
  sandbox.remove();
});

describeWith(needs, 'uci, several at once', () => {
  it('loses no change', () => {
    const worker = `for i in 1 2 3 4 5 6; do (
      uci -q add network route >/dev/null; uci set network.lan.key$i=$i; uci add_list network.lan.all=$i; uci commit network
    ) & done; wait; uci commit network`;
    sandbox.run('ash', ['-c', `uci() { {root}/sbin/uci "$@"; }; ${worker}`]);
    const shown = sandbox.uci('show', 'network').stdout.trim().split('\n');
    expect(shown.filter((line) => line.endsWith('=route'))).toHaveLength(6);
    expect(shown.filter((line) => line.startsWith('network.lan.key'))).toHaveLength(6);
    expect(sandbox.uci('get', 'network.lan.all').stdout.trim().split(' ').sort()).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
    ]);
    expect(Object.keys(sandbox.files()).sort()).toEqual(['/etc/config/network', '/tmp/.uci/network']);
  });

  it('lets the writer of a batch use uci itself', () => {
    const script =
      '{ uci set network.lan.a=1; echo set network.lan.b=2; uci set network.lan.c=3; } | uci batch; uci changes';
    const { stdout } = sandbox.run('ash', ['-c', `uci() { {root}/sbin/uci "$@"; }; ${script}`]);
    expect(stdout).toBe("network.lan.a='1'\nnetwork.lan.c='3'\nnetwork.lan.b='2'\n");
  });
});

describeWith(needs, 'uci commit', () => {
  it('keeps the mode, and follows a link', () => {
    const real = join(sandbox.root, 'tmp/x/network');
    const link = join(sandbox.root, 'etc/config/network');
    renameSync(link, real);
    chmodSync(real, 0o640);
    symlinkSync(real, link);
    sandbox.uci('set', 'network.lan.mtu=1500');
    expect(sandbox.uci('commit', 'network')).toEqual({ exit: 0, stdout: '', stderr: '' });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(real).mode & 0o777).toBe(0o640);
    expect(sandbox.uci('get', 'network.lan.mtu').stdout).toBe('1500\n');
  });

  it('makes a new file readable by its owner alone', () => {
    sandbox.run('/sbin/uci', ['import', 'secret'], network);
    expect(statSync(join(sandbox.root, 'etc/config/secret')).mode & 0o777).toBe(0o600);
  });
});

describeWith([root, ...needs], 'uci on a full disk', () => {
  /** Puts a file system of that size over a directory, and fills it. */
  function fill(directory: string, files: Record<string, string>): void {
    const path = join(sandbox.root, directory);
    mkdirSync(path, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', path]);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
    try {
      writeFileSync(join(path, '.filling'), 'x'.repeat(64 * 1024));
    } catch {
      // Full, as wanted.
    }
  }
  afterEach(() => {
    execFileSync('sh', ['-c', `grep -o "${sandbox.root}[^ ]*" /proc/mounts | xargs -r umount`]);
  });

  it('leaves the old file and what is staged when a commit has no room', () => {
    fill('etc/config', { network });
    sandbox.uci('set', 'network.lan.mtu=1500');
    expect(sandbox.uci('commit', 'network')).toEqual({ exit: 1, stdout: '', stderr: 'uci: I/O error\n' });
    const files = sandbox.files();
    expect(files['/etc/config/network']).toBe(network);
    expect(files['/tmp/.uci/network']).toBe("network.lan.mtu='1500'\n");
    expect(Object.keys(files).filter((name) => name.includes('.uci-'))).toEqual([]);
  });

  it('leaves the old delta when a change has no room', () => {
    const staged = "network.lan.mtu='1500'\n";
    fill('tmp/.uci', { network: staged });
    const change = sandbox.uci('set', `network.lan.note=${'y'.repeat(8000)}`);
    expect(change).toEqual({ exit: 1, stdout: '', stderr: 'uci: I/O error\n' });
    expect(sandbox.files()['/tmp/.uci/network']).toBe(staged);
  });
});
