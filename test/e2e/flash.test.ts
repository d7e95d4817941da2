import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { generateKeys, signContent } from '../../src/core/usign.js';
import { mbrImage, noise, packings, writeImage, type Packing } from '../support/disk-image.js';
import { sha256OfFile } from '../support/hash.js';
import { LoopDevice } from '../support/loop-device.js';
import { describeWith, itWith, program, root } from '../support/needs.js';
import { documentOf, otb, startOtb, type OtbRun } from '../support/otb.js';

const mebibyte = 1024 * 1024;
const needs = [root, program('losetup'), program('lsblk'), program('xz'), program('zstd'), program('qemu-img')];

let directory: string;
const cleanups: (() => void)[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'otb-flash-'));
});
afterEach(() => {
  for (const clean of cleanups.splice(0).reverse()) clean();
  rmSync(directory, { recursive: true, force: true });
});

function disk(mebibytes: number, extra = 0): LoopDevice {
  const device = new LoopDevice(mebibytes * mebibyte + extra);
  cleanups.push(() => {
    device.remove();
  });
  device.fillWithJunk();
  return device;
}

function image(content: Buffer, packing: Packing = 'img.gz', name = 'router'): string {
  const path = join(directory, `${name}.${packing}`);
  writeImage(path, content, packing);
  return path;
}

const onto = (path: string, { path: device }: LoopDevice, ...words: string[]) =>
  otb(['flash', path, device, `--confirm=${device}`, '--json', ...words]);

/** One without any zeros behind its first MiB. */
function noiseImage(mebibytes: number): Buffer {
  return mbrImage(mebibytes).fill(3, mebibyte);
}

function expectDone(run: OtbRun): Record<string, unknown> {
  expect(run, `${run.stderr}\n${run.stdout}`).toMatchObject({ exitCode: 0 });
  const { disks } = documentOf(run) as { disks: Record<string, unknown>[] };
  return disks[0] ?? {};
}

function errorOf(run: OtbRun): { code: string; message: string; hint?: string } {
  return (documentOf(run) as { error: { code: string; message: string; hint?: string } }).error;
}

function beginsWith({ file }: LoopDevice, content: Buffer): boolean {
  return readFileSync(file).subarray(0, content.length).equals(content);
}

describeWith(needs, 'otb flash', () => {
  it.each(packings)('writes a .%s onto a disk full of junk, exactly', async (packing) => {
    const content = mbrImage(12);
    const target = disk(16);
    const before = readFileSync(target.file);
    const written = expectDone(await onto(image(content, packing), target));
    expect(written).toMatchObject({ path: target.path, state: 'written', isVerified: true, readBack: 'direct' });
    const after = readFileSync(target.file);
    expect(after.subarray(0, content.length).equals(content)).toBe(true);
    expect(after.subarray(12 * mebibyte, 15 * mebibyte).equals(before.subarray(12 * mebibyte, 15 * mebibyte))).toBe(
      true,
    );
    expect(after.subarray(15 * mebibyte).every((byte) => byte === 0)).toBe(true);
  });

  it('writes nothing when the disk has the image already, and only what differs otherwise', async () => {
    const content = mbrImage(12);
    const target = disk(16);
    expectDone(await onto(image(content), target));
    expect(expectDone(await onto(image(content), target))).toMatchObject({
      writtenBytes: 0,
      sameBytes: content.length,
    });
    content.fill(1, 8 * mebibyte + 5, 8 * mebibyte + 9);
    expect(expectDone(await onto(image(content, 'img.gz', 'newer'), target))).toMatchObject({
      writtenBytes: 65_536 + mebibyte,
    });
    expect(beginsWith(target, content)).toBe(true);
  });

  it('writes several disks at once, and goes on when one of them fails', async () => {
    const content = mbrImage(12);
    const [small, fine] = [disk(8), disk(16)];
    // What a stick is that says it is larger than it is.
    const full = join(directory, 'full');
    mkdirSync(full);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'none', full]);
    cleanups.push(() => {
      execFileSync('umount', [full]);
    });
    const backing = join(full, 'disk');
    writeFileSync(backing, '');
    truncateSync(backing, 16 * mebibyte);
    const liar = execFileSync('losetup', ['--show', '--find', backing], { encoding: 'utf8' }).trim();
    cleanups.push(() => {
      execFileSync('losetup', ['--detach', liar]);
    });
    const run = await otb([
      'flash',
      image(noiseImage(12)),
      liar,
      fine.path,
      `--confirm=${liar}`,
      `--confirm=${fine.path}`,
      '--json',
    ]);
    expect(run).toMatchObject({ exitCode: 5 });
    const { disks } = documentOf(run) as { disks: { path: string; isVerified: boolean; error?: string }[] };
    expect(disks.map(({ path, isVerified }) => [path, isVerified])).toEqual([
      [liar, false],
      [fine.path, true],
    ]);
    expect(disks[0]?.error).toMatch(/could not be written at \d+ \(.*\): the disk/);
    expect(
      readFileSync(backing)
        .subarray(0, mebibyte)
        .every((byte) => byte === 0),
    ).toBe(true);
    // One that is too small is seen before anything is written.
    const again = await otb([
      'flash',
      image(content),
      small.path,
      fine.path,
      `--confirm=${small.path}`,
      `--confirm=${fine.path}`,
      '--json',
    ]);
    expect(again).toMatchObject({ exitCode: 2 });
  });

  it('puts an image into a file, with holes, or leaves what was there', async () => {
    const content = mbrImage(24);
    const to = join(directory, 'a "disk" of mine.img');
    writeFileSync(to, 'precious');
    const damaged = image(content);
    truncateSync(damaged, statSync(damaged).size - 100);
    expect(await otb(['flash', damaged, '--to-file', to, '--json'])).toMatchObject({ exitCode: 5 });
    expect(readFileSync(to, 'utf8')).toBe('precious');
    expect(await otb(['flash', image(content), '--to-file', to, '--json'])).toMatchObject({ exitCode: 0 });
    expect(readFileSync(to).equals(content)).toBe(true);
    expect(statSync(to).blocks * 512).toBeLessThan(8 * mebibyte);
  });

  it('leaves nothing where a file does not fit, and what was there as it was', async () => {
    const full = join(directory, 'full');
    mkdirSync(full);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'none', full]);
    cleanups.push(() => {
      execFileSync('umount', [full]);
    });
    const to = join(full, 'router.img');
    writeFileSync(to, 'precious');
    const run = await otb(['flash', image(noiseImage(12)), '--to-file', to, '--json']);
    expect([run.exitCode, errorOf(run).message]).toEqual([5, expect.stringContaining('is full') as string]);
    expect(readdirSync(full)).toEqual(['router.img']);
    expect(readFileSync(to, 'utf8')).toBe('precious');
  });

  it('takes a disk by a link to it', async () => {
    const target = disk(16);
    const link = join(directory, 'my stick');
    symlinkSync(target.path, link);
    const content = mbrImage(12);
    expectDone(await otb(['flash', image(content), link, `--confirm=${link}`, '--json']));
    expect(beginsWith(target, content)).toBe(true);
  });

  it('says what it would do under --dry-run, and does not do it', async () => {
    const target = disk(16);
    const before = sha256OfFile(target.file);
    const run = await otb(['flash', image(mbrImage(12)), target.path, '--dry-run']);
    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
    expect(run.stdout).toContain(
      `otb flash ${join(directory, 'router.img.gz')} ${target.path} --confirm=${target.path}`,
    );
    expect(sha256OfFile(target.file)).toBe(before);
  });
});

describeWith(needs, 'otb flash refuses', () => {
  /** Runs it, and sees that the disk was not touched. */
  async function refused(target: LoopDevice, words: readonly string[]): Promise<OtbRun> {
    const before = sha256OfFile(target.file);
    const run = await otb(['flash', ...words, '--json']);
    expect(sha256OfFile(target.file)).toBe(before);
    return run;
  }

  it('a disk that nobody has confirmed, or another one', async () => {
    const target = disk(16);
    const path = image(mbrImage(12));
    const open = await refused(target, [path, target.path]);
    expect(open).toMatchObject({ exitCode: 9 });
    expect(errorOf(open).hint).toBe(`Say --confirm=${target.path}.`);
    expect(await refused(target, [path, target.path, '--confirm=/dev/sdz'])).toMatchObject({ exitCode: 9 });
    expect(await refused(target, [path, target.path, '--yes'])).toMatchObject({ exitCode: 9 });
  });

  it('the disk this machine runs from', async () => {
    const source = execFileSync('findmnt', ['-no', 'SOURCE', '/'], { encoding: 'utf8' }).trim();
    if (!source.startsWith('/dev/')) return;
    const run = await otb([
      'flash',
      image(mbrImage(12)),
      source,
      `--confirm=${source}`,
      '--allow-fixed',
      '--unmount',
      '--json',
    ]);
    expect(run).toMatchObject({ exitCode: 9 });
  });

  it('a disk that is mounted, unless it may be unmounted', async () => {
    const target = disk(16);
    execFileSync('mkfs.ext4', ['-q', target.path]);
    const mountpoint = join(directory, 'mounted here');
    mkdirSync(mountpoint);
    execFileSync('mount', [target.path, mountpoint]);
    cleanups.push(() => {
      spawnSync('umount', [mountpoint]);
    });
    const content = mbrImage(12);
    const run = await otb(['flash', image(content), target.path, `--confirm=${target.path}`, '--json']);
    expect(run).toMatchObject({ exitCode: 9 });
    expect(errorOf(run)).toMatchObject({ hint: expect.stringContaining('--unmount') as string });
    expectDone(await onto(image(content), target, '--unmount'));
    expect(beginsWith(target, content)).toBe(true);
  });

  it('a disk that is one sector too short', async () => {
    const target = disk(12, -512);
    const run = await refused(target, [image(mbrImage(12), 'img'), target.path, `--confirm=${target.path}`]);
    expect(run).toMatchObject({ exitCode: 2 });
    expect(errorOf(run).message).toContain('512 B (512 bytes) too little');
  });

  it.each([
    ['truncated', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1000)],
    [
      'bit-flipped',
      (bytes: Buffer) => Buffer.from(bytes.map((byte, index) => (index === bytes.length >> 1 ? byte ^ 4 : byte))),
    ],
  ])('a %s image of every packed form, before any byte is written', async (_how, damage) => {
    const target = disk(16);
    for (const packing of ['img.gz', 'img.xz', 'img.zst'] as const) {
      const path = image(mbrImage(12), packing);
      writeFileSync(path, damage(readFileSync(path)));
      const run = await refused(target, [path, target.path, `--confirm=${target.path}`]);
      expect([packing, run.exitCode], run.stdout).toEqual([packing, 5]);
    }
  });

  it('an image that is not the one of its checksums', async () => {
    const target = disk(16);
    const path = image(mbrImage(12), 'img');
    const confirm = [path, target.path, `--confirm=${target.path}`];
    expect(await refused(target, [...confirm, `--sha256=${'0'.repeat(64)}`])).toMatchObject({ exitCode: 5 });
    writeFileSync(join(directory, 'sha256sums'), `${'1'.repeat(64)} *router.img\n`);
    expect(await refused(target, confirm)).toMatchObject({ exitCode: 5 });
    expect(await refused(target, [...confirm, '--insecure'])).toMatchObject({ exitCode: 5 });
    writeFileSync(join(directory, 'sha256sums'), `${sha256OfFile(path)} *router.img\n`);
    expect(await otb(['flash', ...confirm, '--json'])).toMatchObject({ exitCode: 0 });
  });

  it('an image that was signed by somebody else, or changed since', async () => {
    const [own, other] = [generateKeys(), generateKeys()];
    const target = disk(16);
    const path = image(mbrImage(12));
    const key = join(directory, 'own.pub');
    writeFileSync(key, own.publicKey);
    const words = [path, target.path, `--confirm=${target.path}`, '--public-key', key];
    expect(await refused(target, words)).toMatchObject({ exitCode: 5 });
    writeFileSync(`${path}.sig`, signContent(readFileSync(path), other.privateKey));
    expect(await refused(target, words)).toMatchObject({ exitCode: 5 });
    writeFileSync(`${path}.sig`, signContent(Buffer.from('something else'), own.privateKey));
    expect(await refused(target, [...words, '--insecure'])).toMatchObject({ exitCode: 5 });
    writeFileSync(`${path}.sig`, signContent(readFileSync(path), own.privateKey));
    expect(await otb(['flash', ...words, '--json'])).toMatchObject({ exitCode: 0 });
  });

  itWith([program('gpg'), program('gpgv')], 'checksums that PGP does not vouch for', async () => {
    const home = join(directory, 'gnupg');
    mkdirSync(home, { mode: 0o700 });
    cleanups.push(() => spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']));
    const gpg = (...words: string[]) =>
      execFileSync('gpg', ['--homedir', home, '--batch', '--yes', ...words], { stdio: ['ignore', 'pipe', 'ignore'] });
    gpg('--passphrase', '', '--quick-generate-key', 'maker@example.org', 'ed25519', 'sign', 'never');
    const key = join(directory, 'maker.asc');
    writeFileSync(key, gpg('--armor', '--export'));
    const target = disk(16);
    const path = image(mbrImage(12));
    const words = [path, target.path, `--confirm=${target.path}`, '--public-key', key];
    const sums = join(directory, 'sha256sums');
    writeFileSync(sums, `${sha256OfFile(path)} *router.img.gz\n`);
    writeFileSync(`${sums}.sig`, 'untrusted comment: of another kind\n');
    const unsigned = await refused(target, words);
    expect(unsigned).toMatchObject({ exitCode: 5 });
    expect(errorOf(unsigned).hint).toContain('of another kind than the key');
    gpg('--armor', '--detach-sign', sums);
    writeFileSync(sums, `${sha256OfFile(path)} *router.img.gz\n\n`);
    expect(await refused(target, words)).toMatchObject({ exitCode: 5 });
    gpg('--armor', '--detach-sign', sums);
    expect(await otb(['flash', ...words, '--json'])).toMatchObject({ exitCode: 0 });
  });

  it('what is no image: with its reason, and at once', async () => {
    const target = disk(16);
    const at = (name: string) => join(directory, name);
    writeFileSync(at('empty'), '');
    writeFileSync(at('zeros.img'), Buffer.alloc(4 * mebibyte));
    writeFileSync(at('text.img'), 'this is no image\n'.repeat(100));
    writeFileSync(at('noise.img'), noise(mebibyte, 'no boot sector').fill(0, 510, 512));
    execFileSync('mkfifo', [at('fifo')]);
    for (const [name, exitCode] of [
      ['empty', 2],
      ['zeros.img', 9],
      ['text.img', 9],
      ['noise.img', 9],
      ['fifo', 2],
      ['.', 2],
      ['none', 2],
    ] as const) {
      const run = await refused(target, [at(name), target.path, `--confirm=${target.path}`]);
      expect([name, run.exitCode], run.stdout).toEqual([name, exitCode]);
    }
  });

  it('what is no disk, and makes nothing there', async () => {
    const path = image(mbrImage(12));
    writeFileSync(join(directory, 'file'), 'mine');
    for (const name of [join(directory, 'file'), directory, '/dev/null', '/dev/otb-none', join(directory, 'none')]) {
      const run = await otb(['flash', path, name, `--confirm=${name}`, '--json']);
      expect([name, run.exitCode], run.stdout).toEqual([name, 2]);
    }
    expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('mine');
    expect(() => statSync('/dev/otb-none')).toThrow('ENOENT');
  });

  it('a gzip bomb, without filling the disk or the memory', async () => {
    const target = disk(16);
    const piece = gzipSync(Buffer.alloc(64 * mebibyte));
    const path = join(directory, 'bomb.img.gz');
    writeFileSync(path, Buffer.concat([gzipSync(mbrImage(4)), ...Array.from({ length: 64 }, () => piece)]));
    const run = await refused(target, [path, target.path, `--confirm=${target.path}`]);
    expect(run).toMatchObject({ exitCode: 2 });
  });
});

describeWith(needs, 'otb flash, cut off', () => {
  const emptyBeginning = ({ file }: LoopDevice) =>
    readFileSync(file)
      .subarray(0, mebibyte)
      .every((byte) => byte === 0);

  it('by kill -9 at any moment leaves a disk that boots nothing or all of it, and is flashed again', async () => {
    const content = Buffer.concat([mbrImage(4), noise(60 * mebibyte, 'dense')]);
    const path = image(content, 'img');
    const target = disk(80);
    const before = readFileSync(target.file).subarray(0, mebibyte);
    const isKnown = () => {
      const first = readFileSync(target.file).subarray(0, mebibyte);
      return emptyBeginning(target) || first.equals(before) || beginsWith(target, content);
    };
    for (let turn = 0; turn < 10; turn++) {
      const { child, ended } = startOtb(['flash', path, target.path, `--confirm=${target.path}`, '--json']);
      // Some while it starts, most while it writes.
      await new Promise((resolve) => setTimeout(resolve, 200 + turn * 150));
      child.kill('SIGKILL');
      await ended;
      expect(isKnown(), `turn ${turn}`).toBe(true);
    }
    expectDone(await onto(path, target));
    expect(beginsWith(target, content)).toBe(true);
  });

  it.each([
    ['shrinks', 24 * mebibyte],
    ['goes away', 0],
  ])('by a disk that %s while it is written or read back says where', async (_how, size) => {
    const path = image(Buffer.concat([mbrImage(4), noise(200 * mebibyte, 'dense')]), 'img');
    for (const [stage, verb] of [
      ['write', 'written'],
      ['verify', 'read'],
    ] as const) {
      const target = disk(220);
      const { child, ended } = startOtb(['flash', path, target.path, `--confirm=${target.path}`, '--json']);
      let isTold = false;
      child.stderr?.on('data', (text: string) => {
        if (isTold || !text.includes(`"stage":"${stage}","done":`)) return;
        isTold = true;
        target.resize(size);
      });
      const run = await ended;
      expect([stage, run.exitCode], run.stdout).toEqual([stage, 5]);
      const { message, hint } = errorOf(run);
      expect(message).toMatch(new RegExp(`^${target.path} could not be ${verb} at \\d+ \\(.*\\): the disk`));
      // Nothing that boots: the first MiB was not written.
      expect(hint).toContain(`${target.path} cannot be used until it is flashed again`);
    }
  });

  it('by Ctrl-C says in what state the disk is', async () => {
    const path = image(Buffer.concat([mbrImage(4), noise(200 * mebibyte, 'dense')]), 'img');
    const target = disk(220);
    const { child, ended } = startOtb(['flash', path, target.path, `--confirm=${target.path}`, '--json']);
    let isTold = false;
    child.stderr?.on('data', (text: string) => {
      if (!isTold && text.includes('"stage":"write","done":')) isTold = child.kill('SIGINT');
    });
    const run = await ended;
    expect(run).toMatchObject({ exitCode: 130 });
    expect(errorOf(run).hint).toContain(`${target.path} cannot be used until it is flashed again`);
    expect(emptyBeginning(target)).toBe(true);
  });
});

describeWith(
  [...needs, program('sgdisk'), program('mkfs.ext4'), program('resize2fs')],
  'otb flash of an image with a GPT',
  () => {
    function gptImage(): Buffer {
      const path = join(directory, 'gpt.raw');
      writeFileSync(path, '');
      truncateSync(path, 40 * mebibyte);
      execFileSync('sgdisk', ['-n', '1:2048:+4M', '-t', '1:ef00', '-n', '2:0:0', '-t', '2:8300', path], {
        stdio: 'ignore',
      });
      const first = Number(
        /First sector: (\d+)/.exec(execFileSync('sgdisk', ['-i', '2', path], { encoding: 'utf8' }))?.[1],
      );
      execFileSync('mkfs.ext4', ['-q', '-E', `offset=${first * 512}`, path, '24M']);
      return readFileSync(path);
    }

    it('puts its backup where the disk ends, keeps its GUIDs, and writes nothing the second time', async () => {
      const content = gptImage();
      const guids = (path: string) =>
        execFileSync('sgdisk', ['-p', '-i', '2', path], { encoding: 'utf8' }).match(/GUID.*: (\S+)/g);
      const target = disk(100);
      const path = image(content);
      expectDone(await onto(path, target));
      expect(execFileSync('sgdisk', ['-v', target.path], { encoding: 'utf8' })).toContain('No problems found');
      expect(guids(target.path)).toEqual(guids(join(directory, 'gpt.raw')));
      expect(expectDone(await onto(path, target))).toMatchObject({ writtenBytes: 0 });
    });

    it('grows the last partition and its ext4 with --expand', async () => {
      const target = disk(100);
      expect(expectDone(await onto(image(gptImage()), target, '--expand'))).toMatchObject({
        expanded: expect.stringContaining('ext4') as string,
      });
      expect(execFileSync('sgdisk', ['-v', target.path], { encoding: 'utf8' })).toContain('No problems found');
      const first = Number(
        /First sector: (\d+)/.exec(execFileSync('sgdisk', ['-i', '2', target.path], { encoding: 'utf8' }))?.[1],
      );
      const header = execFileSync('dumpe2fs', ['-h', `${target.path}?offset=${first * 512}`], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const number = (name: string) => Number(new RegExp(`^${name}: +(\\d+)$`, 'm').exec(header)?.[1]);
      expect(number('Block count') * number('Block size')).toBeGreaterThan(85 * mebibyte);
    });
  },
);

describeWith(needs, 'otb flash without arguments', () => {
  it('lists the disks, with what speaks against each', async () => {
    const target = disk(16);
    const run = await otb(['flash', '--json']);
    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
    const { drives } = documentOf(run) as { drives: { path: string; mayBeWritten: boolean; objections: unknown[] }[] };
    expect(drives.find(({ path }) => path === target.path)).toMatchObject({ mayBeWritten: true, objections: [] });
    expect((await otb(['flash'])).stdout).toContain(`${target.path}  16.0 MiB`);
  });
});
