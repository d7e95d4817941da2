import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { program, root, networkNamespaces, type Need } from '../../support/needs.js';

const packages = fileURLToPath(new URL('../../../trees/embedded/package', import.meta.url));

/** What the host must have to run the router's scripts in namespaces. */
export const routerNeeds: Need[] = [
  root,
  networkNamespaces,
  ...['busybox', 'ip', 'nft', 'dnsmasq', 'flock', 'timeout', 'nsenter'].map(program),
];

// The host's programs of the same make as the image's. Busybox's own ip, ifup and ifdown are not the router's.
const programs = ['ip', 'nft', 'dnsmasq', 'flock', 'timeout'];
const notFromBusybox = new Set(['ip', 'ifup', 'ifdown', 'nc', 'timeout', 'busybox']);

/**
 * A router's root file system out of this repository's own packages and the host's programs: what the scripts do can be
 * tried without a build. `OTB_DEVICE_ROOT` names a built one (a directory or a .tar.gz) to use in its place.
 */
export async function assembleRouterRoot(): Promise<string> {
  const built = process.env['OTB_DEVICE_ROOT'];
  if (built !== undefined && built !== '') return built;
  const rootPath = mkdtempSync(join(tmpdir(), 'otb-router-root-'));
  process.once('exit', () => {
    rmSync(rootPath, { recursive: true, force: true });
  });
  const directories = [
    'bin',
    'sbin',
    'usr/bin',
    'usr/sbin',
    'lib',
    'tmp',
    'etc/rc.d',
    'etc/uci-defaults',
    'root',
    'proc',
    'sys',
    'dev',
    'mnt',
  ];
  for (const name of directories) await mkdir(join(rootPath, name), { recursive: true });
  await symlink('tmp', join(rootPath, 'var'));
  await symlink('tmp/run', join(rootPath, 'run'));
  await symlink('/tmp/resolv.conf', join(rootPath, 'etc/resolv.conf'));
  await copyPrograms(rootPath);
  await copyPackages(rootPath);
  return rootPath;
}

async function copyPrograms(rootPath: string): Promise<void> {
  await copyWithLibraries(await locate('busybox'), join(rootPath, 'bin/busybox'), rootPath);
  const { stdout } = await execa('busybox', ['--list']);
  for (const applet of stdout.split('\n')) {
    if (!notFromBusybox.has(applet)) await symlink('/bin/busybox', join(rootPath, 'bin', applet));
  }
  await symlink('/bin/busybox', join(rootPath, 'sbin/init'));
  for (const name of programs) await copyWithLibraries(await locate(name), join(rootPath, 'usr/sbin', name), rootPath);
}

async function locate(name: string): Promise<string> {
  const { stdout } = await execa('sh', ['-c', `PATH=/usr/sbin:/usr/bin:/sbin:/bin command -v ${name}`]);
  return stdout;
}

async function copyWithLibraries(from: string, to: string, rootPath: string): Promise<void> {
  await copyFile(from, to);
  await chmod(to, 0o755);
  const { stdout } = await execa('ldd', [from], { reject: false });
  for (const [, library] of stdout.matchAll(/(\/\S+)/g)) {
    const target = join(rootPath, library ?? '');
    if (existsSync(target)) continue;
    await mkdir(dirname(target), { recursive: true });
    await execa('cp', ['-L', library ?? '', target]);
  }
}

async function copyPackages(rootPath: string): Promise<void> {
  await execa('cp', ['-a', `${join(packages, 'base-files/files')}/.`, rootPath]);
  await copyFile(join(packages, 'system/uci/files/uci'), join(rootPath, 'sbin/uci'));
  await cp(join(packages, 'system/uci/files/lib'), join(rootPath, 'lib/uci'), { recursive: true });
  const configured = join(packages, 'network/config');
  for (const name of await readdir(configured)) {
    const files = join(configured, name, 'files');
    if (existsSync(files)) await execa('cp', ['-a', `${files}/.`, rootPath]);
  }
  await writeFile(join(rootPath, 'etc/openwrt_release'), "DISTRIB_ID='otb'\n");
}

/** Links the given init scripts into /etc/rc.d, by their own START and STOP, and takes all other links away. */
export async function enableOnly(rootPath: string, names: readonly string[]): Promise<void> {
  for (const link of readdirSync(join(rootPath, 'etc/rc.d'))) rmSync(join(rootPath, 'etc/rc.d', link));
  for (const name of names) {
    const text = readFileSync(join(rootPath, 'etc/init.d', name), 'utf8');
    for (const [key, letter] of [
      ['START', 'S'],
      ['STOP', 'K'],
    ] as const) {
      const place = new RegExp(`^${key}=(\\d+)`, 'm').exec(text)?.[1];
      if (place !== undefined)
        await symlink(`../init.d/${name}`, join(rootPath, 'etc/rc.d', `${letter}${place}${name}`));
    }
  }
}
