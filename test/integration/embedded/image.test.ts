import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtImage } from '../../support/built-image.js';
import { sha256OfFile } from '../../support/hash.js';
import { describeWith, itWith, program, root } from '../../support/needs.js';
import { imageDirectory, imageTool, make, setOptions } from './built-tree.js';
import { readBytes, readDiskTable } from './disk-partitions.js';

const needs = [program('make'), program('apt-get'), program('dpkg-deb')];
let tree: string;
let prefix: string;
let work: string;
let disk: string;

const artifact = (name: string): string => join(tree, imageDirectory, name);
const readJson = (name: string): unknown => JSON.parse(readFileSync(artifact(name), 'utf8'));

/** Cuts a partition out of the disk. */
function partitionFile(index: number): string {
  const { startSector, sectors } = readDiskTable(disk).partitions[index] ?? { startSector: 0, sectors: 0 };
  const file = join(work, `partition${String(index)}`);
  writeFileSync(file, readBytes(disk, startSector * 512, sectors * 512));
  return file;
}

describeWith(needs, "the embedded tree's images", () => {
  beforeAll(async () => {
    ({ tree, prefix } = await builtImage());
    work = mkdtempSync(join(tmpdir(), 'otb-image-test-'));
    disk = join(work, 'disk.img');
    writeFileSync(disk, gunzipSync(readFileSync(artifact(`${prefix}-combined-ext4.img.gz`))));
  }, 1_800_000);
  afterAll(() => {
    rmSync(work, { recursive: true, force: true });
  });

  it('is a disk with a boot and a root partition, and a menu that names the second', async () => {
    const { signature, partitions } = readDiskTable(disk);
    expect(partitions).toEqual([
      { active: true, type: 0x83, startSector: 2048, sectors: (32 << 20) / 512 },
      { active: false, type: 0x83, startSector: 2048 + (32 << 20) / 512, sectors: (160 << 20) / 512 },
    ]);
    const boot = partitionFile(0);
    const menu = await imageTool(tree, 'debugfs', '-R', 'cat /boot/grub/grub.cfg', boot);
    expect(menu.stdout).toContain(`linux /boot/vmlinuz root=PARTUUID=${signature}-02 rootfstype=ext4 rootwait`);
    expect(menu.stdout).toContain('console=tty0 console=ttyS0,115200n8');
    const files = await imageTool(tree, 'debugfs', '-R', 'ls -p /boot', boot);
    expect(files.stdout).toContain('/vmlinuz/');
    expect(files.stdout).toContain('/initrd.img/');
  });

  it('has file systems without a fault', async () => {
    for (const index of [0, 1]) {
      const check = await imageTool(tree, 'e2fsck', '-fn', partitionFile(index));
      expect(check, check.stderr).toMatchObject({ exitCode: 0 });
    }
  });

  itWith([root, program('mount')], 'holds the files of the tarball, all owned by root', async () => {
    const mounted = join(work, 'mounted');
    const unpacked = join(work, 'unpacked');
    await execa('mkdir', [mounted, unpacked]);
    await execa('tar', ['-xzf', artifact(`${prefix}-rootfs.tar.gz`), '--numeric-owner', '-C', unpacked]);
    await execa('mount', ['-o', 'loop,ro', partitionFile(1), mounted]);
    try {
      const list = async (directory: string) =>
        (await execa('find', ['.', '-printf', '%P %y %m %U:%G %l\\n'], { cwd: directory })).stdout.split('\n').sort();
      const inImage = (await list(mounted)).filter((line) => !line.startsWith('lost+found '));
      expect(inImage.filter((line) => !line.includes(' 0:0 '))).toEqual([]);
      expect(inImage).toEqual(await list(unpacked));
      await execa('diff', ['-r', '--no-dereference', '-x', 'lost+found', mounted, unpacked]);
    } finally {
      await execa('umount', [mounted]);
    }
  });

  itWith([program('qemu-img')], 'is the same disk for VirtualBox', async () => {
    const vdi = artifact(`${prefix}-combined-ext4.vdi`);
    await execa('qemu-img', ['check', '-f', 'vdi', vdi]);
    await execa('qemu-img', ['compare', '-f', 'raw', '-F', 'vdi', disk, vdi]);
  });

  it('is described by profiles.json', () => {
    const profiles = readJson('profiles.json') as {
      profiles: { generic: { images: { name: string; sha256: string; type: string }[]; image_prefix: string } };
    };
    expect(profiles).toMatchObject({ arch_packages: 'x86_64', metadata_version: 1, target: 'x86/64' });
    const { images, image_prefix } = profiles.profiles.generic;
    expect(image_prefix).toBe(prefix);
    expect(images.map(({ name, type }) => `${type} ${name}`)).toEqual([
      `combined ${prefix}-combined-ext4.img.gz`,
      `combined ${prefix}-combined-ext4.vdi`,
      `rootfs ${prefix}-rootfs.tar.gz`,
    ]);
    for (const { name, sha256: hash } of images) expect(hash).toBe(sha256OfFile(artifact(name)));
  });

  it('comes with a bill of materials that names every package and its origin', () => {
    interface Component {
      'bom-ref': string;
      name: string;
      version: string;
      purl: string;
    }
    const bom = readJson(`${prefix}.bom.cdx.json`) as {
      components: Component[];
      dependencies: { ref: string; dependsOn: string[] }[];
      metadata: { component: Component };
    };
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5', version: 1 });
    expect(bom).toHaveProperty('serialNumber', expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/));
    const known = new Set([bom.metadata.component, ...bom.components].map((one) => one['bom-ref']));
    expect(known.size).toBe(bom.components.length + 1);
    for (const { ref, dependsOn } of bom.dependencies)
      for (const name of [ref, ...dependsOn]) expect(known).toContain(name);
    for (const { purl } of bom.components) expect(purl).toMatch(/^pkg:(?:generic|deb\/debian)\/[^@\s]+@[^\s]+$/);

    const manifest = readFileSync(artifact(`${prefix}.manifest`), 'utf8')
      .trim()
      .split('\n');
    const installed = bom.components.filter(({ purl }) => purl.startsWith('pkg:generic/'));
    expect(installed.map(({ name, version }) => `${name} - ${version}`).sort()).toEqual(manifest.sort());
    const lock = readFileSync(join(tree, 'dl/debian.lock'), 'utf8');
    const busybox = /^busybox (\S+)/m.exec(lock)?.[1];
    expect(bom.components).toContainEqual(
      expect.objectContaining({ name: 'busybox', version: busybox, type: 'library' }),
    );
  });

  itWith(
    [root, program('setpriv')],
    'is the same, byte for byte, when an ordinary user makes it elsewhere',
    async () => {
      const copy = mkdtempSync(join(tmpdir(), 'otb-image-copy-'));
      try {
        await execa('cp', ['-a', `${tree}/.`, copy]);
        await execa('chown', ['-R', '65534:65534', copy]);
        for (const name of readdirSync(join(copy, imageDirectory)).filter((one) =>
          /profiles|img|vdi|tar|bom/.test(one),
        ))
          rmSync(join(copy, imageDirectory, name));
        const user = ['--reuid=65534', '--regid=65534', '--clear-groups'];
        await execa('setpriv', [...user, 'make', '-C', copy, 'target/install'], { env: { HOME: copy, MAKEFLAGS: '' } });
        const names = readdirSync(join(tree, imageDirectory)).filter((one) => /profiles|img|vdi|tar|bom/.test(one));
        expect(names).toHaveLength(5);
        const hashes = (directory: string) => names.map((name) => `${name} ${sha256OfFile(join(directory, name))}`);
        expect(hashes(join(copy, imageDirectory))).toEqual(hashes(join(tree, imageDirectory)));

        // The same copy, with a root file system that cannot fit: a clear cause, and nothing half made.
        setOptions(copy, { TARGET_ROOTFS_PARTSIZE: '12' });
        const failure = await make(copy, 'target/install', 'V=s').then(
          () => 'no failure',
          (error: unknown) => (error as { all: string }).all,
        );
        expect(failure).toMatch(/ext4_allocate_best_fit_partial: .* out of space\?/);
        expect(failure).toMatch(/rootfs: \d+ MiB of files do not fit in a partition of 12 MiB/);
        expect(failure).toContain('ERROR: target/linux failed to build.');
        expect(readdirSync(join(copy, imageDirectory)).filter((one) => /profiles|img|vdi|tar|bom/.test(one))).toEqual(
          [],
        );
      } finally {
        rmSync(copy, { recursive: true, force: true });
      }
    },
    600_000,
  );
});
