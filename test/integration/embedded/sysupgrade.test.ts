import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Device } from '../../support/device.js';
import { deviceRoot } from '../../support/built-image.js';
import { describeWith, networkNamespaces, program, root } from '../../support/needs.js';
import { compressed, makeDisk, withLoop, withTrailer } from './sysupgrade-disk.js';

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'otb-sysupgrade-'));
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

describeWith([networkNamespaces, program('mke2fs')], 'sysupgrade', () => {
  let device: Device;

  beforeAll(async () => {
    device = await Device.start({ root: await deviceRoot() });
  });
  afterAll(async () => {
    await device.stop();
  });

  /** Puts a file of the host onto the device. */
  const send = async (file: string, target: string): Promise<void> => {
    await execa('cp', ['--sparse=always', file, device.path(target)]);
  };

  describe('the configuration', () => {
    it('lists what packages and the user name, each once, and only what is there', async () => {
      await device.run('mkdir -p /root/notes/deep /etc/odd; echo a > /root/notes/deep/a; echo b > "/etc/odd/b c"');
      await device.run(
        'printf "# comment\\n/root/notes\\n/etc/odd/b*\\n/etc/config/system\\n/nowhere\\n" > /etc/sysupgrade.conf',
      );
      const files = (await device.run('sysupgrade -l')).split('\n');
      expect(files).toEqual([...new Set(files)].sort());
      expect(files).toEqual(
        expect.arrayContaining([
          '/etc/config/network',
          '/etc/config/system',
          '/etc/shadow',
          '/etc/sysupgrade.conf',
          '/root/notes/deep/a',
        ]),
      );
      expect(files.some((file) => file.startsWith('/etc/dropbear/dropbear_ed25519_host_key'))).toBe(true);
      expect(files).not.toContain('/nowhere');
    });

    it('backs up and restores: contents, modes and names with spaces', async () => {
      await device.run('chmod 600 "/etc/odd/b c"; uci set system.@system[0].hostname=kept; uci commit');
      await device.run('sysupgrade -b /tmp/backup.tar.gz');
      expect(await device.run('ls -l /tmp/backup.tar.gz')).toMatch(/^-rw-------/);
      expect((await device.run('tar -t -z -f /tmp/backup.tar.gz')).split('\n')).toContain('etc/odd/b c');
      await device.run('rm -rf /etc/odd /root/notes; uci set system.@system[0].hostname=lost; uci commit');
      await device.run('sysupgrade -r /tmp/backup.tar.gz');
      expect(await device.run('cat "/etc/odd/b c" /root/notes/deep/a')).toBe('b\na');
      expect(await device.run('ls -l "/etc/odd/b c"')).toMatch(/^-rw-------/);
      expect(await device.run('uci get system.@system[0].hostname')).toBe('kept');
    });

    it('writes to stdout and reads from stdin', async () => {
      await device.run('sysupgrade -b - > /tmp/stream.tgz; rm -rf /etc/odd; sysupgrade -r - < /tmp/stream.tgz');
      expect(await device.run('cat "/etc/odd/b c"')).toBe('b');
    });

    it('restores nothing out of a file that is no backup, or half of one', async () => {
      await device.run('head -c 300 /tmp/backup.tar.gz > /tmp/half.tgz; echo plain > /tmp/plain; rm -rf /etc/odd');
      for (const file of ['/tmp/half.tgz', '/tmp/plain', '/tmp/absent']) {
        const { exitCode, stderr } = await device.exec(`sysupgrade -r ${file}`);
        expect(exitCode).toBe(1);
        expect(stderr).toContain(`sysupgrade: ${file}: `);
      }
      expect((await device.exec('ls /etc/odd')).exitCode).toBe(1);
    });

    it('keeps no configuration file that is as its package brought it', async () => {
      device.write('/etc/known', 'as it came\n');
      const sum = (await device.run('md5sum < /etc/known')).split(' ')[0] ?? '';
      device.write('/usr/lib/opkg/status', `Package: test\nConffiles:\n /etc/known ${sum}\n\n`);
      expect(await device.run('sysupgrade -l')).not.toContain('/etc/known');
      await device.run('echo changed > /etc/known');
      expect(await device.run('sysupgrade -l')).toContain('/etc/known');
    });

    it('is restored at boot from the boot partition, and only a whole one', async () => {
      await device.run(
        'mkdir -p /etc/odd; echo b > "/etc/odd/b c"; sysupgrade -b /boot/sysupgrade.tgz; rm -rf /etc/odd',
      );
      await device.powerCut();
      await device.boot();
      expect(await device.run('cat "/etc/odd/b c"')).toBe('b');
      expect((await device.exec('ls /boot/sysupgrade.tgz')).exitCode).toBe(1);

      await device.run('sysupgrade -b - | head -c 300 > /boot/sysupgrade.tgz; rm -rf /etc/odd');
      await device.powerCut();
      await device.boot();
      expect((await device.exec('ls /etc/odd')).exitCode).toBe(1);
      expect((await device.exec('ls /boot')).stdout).toContain('sysupgrade.tgz.damaged');
      expect(device.console).toContain('sysupgrade: /boot/sysupgrade.tgz is damaged');
    });
  });

  describe('the image check', () => {
    const check = async (file: string): Promise<{ exitCode: number; stderr: string }> =>
      device.exec(`sysupgrade -T ${file}`);

    it('accepts an image: gzipped, with a trailer, and as it is', async () => {
      const disk = join(work, 'good.img');
      await makeDisk(disk, {});
      const image = await compressed(disk);
      await send(disk, '/tmp/raw.img');
      await send(image, '/tmp/good.img.gz');
      await send(withTrailer(image), '/tmp/signed.img.gz');
      for (const file of ['/tmp/raw.img', '/tmp/good.img.gz', '/tmp/signed.img.gz']) {
        expect(await device.run(`sysupgrade -T ${file}`)).toContain(`image of ${String(statSync(disk).size)} bytes`);
      }
      await device.run('rm /tmp/raw.img /tmp/signed.img.gz');
    });

    it('refuses everything else, says why, and ends with 1', async () => {
      const other = join(work, 'other.img');
      await makeDisk(other, { bootLabel: 'windows' });
      await send(await compressed(other), '/tmp/other.img.gz');
      const short = join(work, 'short.img');
      await makeDisk(short, {});
      truncateSync(short, 10 * 1024 * 1024);
      await send(await compressed(short), '/tmp/short.img.gz');
      await device.run(
        'head -c 20000 /tmp/good.img.gz > /tmp/cut.img.gz; : > /tmp/nothing; echo text > /tmp/text; tar -c -z -f /tmp/some.tgz /etc/config',
      );
      const reasons: Record<string, string> = {
        '/tmp/absent': 'there is no such file',
        '/tmp': 'this is no regular file',
        '/tmp/nothing': 'the file is empty',
        '/tmp/text': 'there is no partition table in it',
        '/tmp/some.tgz': 'there is no partition table in it',
        '/tmp/cut.img.gz': 'the data is damaged or cut off',
        '/tmp/short.img.gz': 'the image is cut off',
        '/tmp/other.img.gz': "labelled 'windows' and not 'kernel'",
      };
      for (const [file, reason] of Object.entries(reasons)) {
        const { exitCode, stderr } = await check(file);
        expect.soft(stderr).toContain(`sysupgrade: ${file}: `);
        expect.soft(stderr).toContain(reason);
        expect.soft(exitCode).toBe(1);
      }
    });

    it('upgrades nothing where the disk is unknown', async () => {
      const { exitCode, stderr } = await device.exec('sysupgrade /tmp/good.img.gz');
      expect(stderr).toContain('the disk this system runs from is unknown; nothing was changed');
      expect(exitCode).toBe(2);
    });

    it('tells how it is used', async () => {
      expect((await device.exec('sysupgrade')).stderr).toContain('Usage: sysupgrade');
      expect((await device.exec('sysupgrade -Z x')).exitCode).toBe(1);
      expect((await device.exec('sysupgrade -h')).exitCode).toBe(0);
    });
  });
});

describeWith(
  [root, networkNamespaces, program('mke2fs'), program('losetup')],
  'sysupgrade of the disk it runs from',
  () => {
    it('writes the new system, keeps the configuration once, and with -n none', async () => {
      const rootPath = join(work, 'root');
      const source = await deviceRoot();
      await execa('mkdir', ['-p', rootPath]);
      if (statSync(source).isDirectory()) await execa('cp', ['-a', `${source}/.`, rootPath]);
      else await execa('tar', ['-x', '-z', '-f', source, '-C', rootPath]);
      const { stdout: size } = await execa('du', ['-sm', rootPath]);
      const rootMib = Math.ceil(Number(size.split('\t')[0]) * 1.3) + 16;

      const disk = join(work, 'disk.img');
      await execa('sh', ['-c', `echo old > ${rootPath}/etc/generation`]);
      await makeDisk(disk, { root: rootPath, rootMib });
      const next = join(work, 'next.img');
      await execa('sh', ['-c', `echo new > ${rootPath}/etc/generation`]);
      await makeDisk(next, { root: rootPath, rootMib });
      const image = withTrailer(await compressed(next));

      await withLoop(disk, async (loop) => {
        const device = await Device.start({ disk: loop });
        try {
          expect(await device.run('cat /etc/generation')).toBe('old');
          await device.run('uci set system.@system[0].hostname=kept; uci commit; echo mine > /etc/not-kept');
          await execa('cp', [image, device.path('/tmp/new.img.gz')]);

          // A wrong image leaves everything as it is.
          await device.run('echo text > /tmp/text');
          expect((await device.exec('sysupgrade /tmp/text')).exitCode).toBe(1);
          expect(await device.run('cat /etc/generation')).toBe('old');

          const upgrade = device.exec('sysupgrade /tmp/new.img.gz');
          expect(await device.waitForEnd()).toBe('reboot');
          expect((await upgrade).stdout).toContain('Commencing upgrade. Closing all shell sessions.');
          expect(device.console).toContain('sysupgrade: done, restarting');

          await device.boot();
          expect(await device.run('cat /etc/generation')).toBe('new');
          expect(await device.run('uci get system.@system[0].hostname')).toBe('kept');
          expect(await device.run('hostname')).toBe('kept');
          expect((await device.exec('ls /etc/not-kept')).exitCode).toBe(1);
          expect((await device.exec('ls /boot/sysupgrade.tgz')).exitCode).toBe(1);

          await execa('cp', [image, device.path('/tmp/new.img.gz')]);
          const second = device.exec('sysupgrade -n -q /tmp/new.img.gz');
          expect(await device.waitForEnd()).toBe('reboot');
          await second;
          await device.boot();
          expect(await device.run('uci get system.@system[0].hostname')).toBe('otb');
        } finally {
          await device.stop();
        }
      });
      expect(existsSync(disk) && readFileSync(disk).subarray(510, 512).toString('hex')).toBe('55aa');
    });
  },
);
