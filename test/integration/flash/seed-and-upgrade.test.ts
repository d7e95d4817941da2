import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtImage } from '../../support/built-image.js';
import { describeWith, program } from '../../support/needs.js';
import { documentOf, otb, type OtbRun } from '../../support/otb.js';
import { Emulator } from '../embedded/emulator.js';

const needs = [program('make'), program('apt-get'), program('qemu-system-x86_64'), program('ssh'), program('debugfs')];
// An idle machine takes a tenth of this; the processor is emulated.
const bootLimit = 1_800_000;

let work: string;
let image: string;
let machine: Emulator | undefined;

/** `otb.yaml` with one device, behind the emulator's port. */
function writeConfig(more: readonly string[]): void {
  const lines = [
    'version: 1',
    'devices:',
    '  - name: attic',
    '    lan: { address: 192.168.100.1/24 }',
    '    authorizedKeys: [./key.pub]',
    '    scenario: failover',
    '    engine: mwan3',
    '    wans: [{ name: a, device: eth1, proto: dhcp }, { name: b, device: eth2, proto: dhcp }]',
    ...more.map((line) => `    ${line}`),
  ];
  writeFileSync(join(work, 'otb.yaml'), `${lines.join('\n')}\n`);
}

function expectDone(run: OtbRun): Record<string, unknown> {
  expect(run, `${run.stderr}\n${run.stdout}`).toMatchObject({ exitCode: 0 });
  return documentOf(run);
}

describeWith(needs, 'a router that was flashed with --seed', () => {
  beforeAll(async () => {
    const { images, prefix } = await builtImage();
    work = mkdtempSync(join(tmpdir(), 'otb-seed-test-'));
    image = join(images, `${prefix}-combined-ext4.img.gz`);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(work, 'key')]);
  }, 1_800_000);
  afterAll(async () => {
    await machine?.stop();
    rmSync(work, { recursive: true, force: true });
  });

  it(
    'is the device of otb.yaml from its first start on, and stays it through `otb flash --ssh`',
    async () => {
      writeConfig(['ssh: root@192.0.2.1']);
      const disk = join(work, 'disk.img');
      expectDone(await otb(['flash', image, '--to-file', disk, '--seed', 'attic', '--json'], { cwd: work }));
      machine = await Emulator.start(work, disk);
      const first = await machine.login(bootLimit);
      expect((await machine.ssh('cat /proc/sys/kernel/hostname; uci get system.@system[0].hostname')).stdout).toBe(
        'attic\nattic',
      );
      const withKey = ['PreferredAuthentications=publickey', `IdentityFile=${join(work, 'key')}`, 'IdentitiesOnly=yes'];
      expect((await machine.ssh('stat -c %a /etc/dropbear/authorized_keys', withKey)).stdout).toBe('600');
      expect((await machine.ssh('ls /boot/sysupgrade.tgz /etc/uci-defaults/50-otb-seed')).exitCode).not.toBe(0);

      const hostKey = execFileSync(
        'ssh-keyscan',
        ['-T', '300', '-p', String(machine.sshPort), '-t', 'ed25519', '127.0.0.1'],
        {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      )
        .trim()
        .replace(/^\S+ /, '');
      const way = [`ssh: root@127.0.0.1:${machine.sshPort}`, 'sshOptions: { identity: ./key, connectTimeout: 60s }'];
      const wrong = `${hostKey.slice(0, -6)}AAAAAA`;
      writeConfig([...way, `hostKey: '${wrong}'`]);
      expect(await otb(['flash', image, '--ssh', 'attic', '--json'], { cwd: work })).toMatchObject({ exitCode: 7 });
      writeConfig([...way, `hostKey: '${hostKey}'`]);
      expect((await machine.ssh('echo mine > /etc/config/mine')).exitCode).toBe(0);
      const result = expectDone(
        await otb(['flash', image, '--ssh', 'attic', '--wait', '30m', '--json'], { cwd: work }),
      );
      const { before, after, backup } = result as unknown as {
        before: { bootId: string };
        after: { bootId: string; hostName: string };
        backup: string;
      };
      expect(before.bootId).toBe(first);
      expect(after.bootId).not.toBe(first);
      expect(after.hostName).toBe('attic');
      expect(execFileSync('tar', ['-tzf', join(work, backup)], { encoding: 'utf8' })).toContain('etc/config/mine');
      expect((await machine.ssh('cat /etc/config/mine')).stdout).toBe('mine');
      expect(readdirSync(work).filter((name) => name.includes('.part'))).toEqual([]);
      expect(readFileSync(join(work, 'key.pub'), 'utf8')).toContain(
        (await machine.ssh('cut -d" " -f2 /etc/dropbear/authorized_keys')).stdout,
      );
    },
    4 * bootLimit,
  );
});
