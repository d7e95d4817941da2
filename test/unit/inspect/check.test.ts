import { describe, expect, it } from 'vitest';
import { judgeHost, missingOf, warningsOf } from '../../../src/inspect/check.js';
import { areas, isAtLeast, queryFor } from '../../../src/inspect/requirement.js';
import { requirements } from '../../../src/inspect/requirements.js';
import { completeHost, hostWithMachine, hostWithout } from '../../support/host-facts.js';

const namesOf = (checks: readonly { name: string }[]) => checks.map(({ name }) => name);

describe('the list of requirements', () => {
  it('names each thing once', () => {
    const names = namesOf(requirements);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('has a package for every package manager, each one word', () => {
    for (const { name, packages } of requirements) {
      for (const word of Object.values(packages)) expect(word, name).toMatch(/^[A-Za-z0-9][A-Za-z0-9+.-]*$/);
    }
  });

  it('asks the machine for everything that it judges', () => {
    const query = queryFor(requirements, '/work');
    expect(query.programs).toContain('sgdisk');
    expect(query.versions).toContain('make');
    expect(query.files).toContain('/usr/include/stdio.h');
    expect(query.perlModules).toContain('JSON::PP');
    expect(query.pythonModules).toEqual(['distutils', 'setuptools']);
  });
});

describe('judging a machine', () => {
  it('finds nothing on a complete one, for any area', () => {
    const checks = judgeHost(completeHost, areas);
    expect(missingOf(checks)).toEqual([]);
    expect(warningsOf(checks)).toEqual([]);
  });

  it('does not look at what an area has no use for', () => {
    expect(namesOf(judgeHost(completeHost, ['provision']))).toEqual(['ssh', 'ssh-keygen']);
  });

  it('calls missing what the embedded tree runs, and warns of what OpenWrt alone wants', () => {
    const checks = judgeHost(hostWithout('make', 'unzip', 'svn'), ['build']);
    expect(missingOf(checks)).toEqual([
      {
        name: 'GNU make',
        areas: ['build'],
        verdict: 'missing',
        reason: 'make is not installed; runs the build',
        packages: { apt: 'make', dnf: 'make', pacman: 'make' },
      },
    ]);
    expect(namesOf(warningsOf(checks))).toEqual(['unzip', 'subversion']);
  });

  it('takes one of two programs for enough, and asks for the first where both lack', () => {
    expect(namesOf(missingOf(judgeHost(hostWithout('wget'), ['build'])))).toEqual([]);
    const lacking = missingOf(judgeHost(hostWithout('wget', 'curl'), ['build']));
    expect(lacking[0]).toMatchObject({
      name: 'wget or curl',
      reason: 'wget or curl is not installed; downloads sources',
    });
  });

  it('needs for the tests what any other area needs', () => {
    const without = hostWithout('mke2fs', 'sgdisk', 'ssh', 'qemu-system-x86_64', 'shellcheck', 'unzip');
    expect(namesOf(missingOf(judgeHost(without, ['test'])))).toEqual(['mke2fs', 'sgdisk', 'ssh', 'QEMU', 'shellcheck']);
  });

  it('tells an old make and a foreign tar from the real ones', () => {
    const versions = { ...completeHost.versions, make: 'GNU Make 3.81', tar: 'bsdtar 3.6.2 - libarchive 3.6.2' };
    const checks = missingOf(judgeHost({ ...completeHost, versions }, ['build']));
    expect(checks.map(({ reason }) => reason)).toEqual([
      '3.81 is older than 4.1; runs the build',
      '/usr/bin/tar is another one: "bsdtar 3.6.2 - libarchive 3.6.2"; packs and unpacks',
    ]);
  });

  it('names the Perl modules that cannot be loaded', () => {
    const perlModules = completeHost.perlModules.filter((name) => name !== 'Digest::SHA' && name !== 'JSON::PP');
    const [check] = missingOf(judgeHost({ ...completeHost, perlModules }, ['build']));
    expect(check?.reason).toBe("Perl lacks Digest::SHA, JSON::PP; the build's scripts load them");
  });

  it('wants distutils or setuptools for OpenWrt', () => {
    const checks = warningsOf(judgeHost({ ...completeHost, pythonModules: [] }, ['build']));
    expect(checks.map(({ reason }) => reason)).toContain(
      'Python lacks distutils and setuptools; OpenWrt trees need it',
    );
  });
});

describe('conditions', () => {
  const judge = (facts: typeof completeHost, area: (typeof areas)[number], name: string) =>
    judgeHost(facts, [area]).find((check) => check.name === name);
  const withDirectory = (directory: Partial<typeof completeHost.directory>) => ({
    ...completeHost,
    directory: { ...completeHost.directory, ...directory },
  });
  const gibibyte = 1024 ** 3;

  it.each([
    [2 * gibibyte, 'missing'],
    [10 * gibibyte, 'warning'],
    [26 * gibibyte, 'ok'],
  ])('%d bytes of disk: %s', (freeBytes, verdict) => {
    expect(judge(withDirectory({ freeBytes }), 'build', 'free disk space')?.verdict).toBe(verdict);
  });

  it.each([
    [0, 'missing'],
    [500_000, 'warning'],
    [2_000_000, 'ok'],
  ])('%d inodes: %s', (freeInodes, verdict) => {
    expect(judge(withDirectory({ freeInodes }), 'build', 'free inodes')?.verdict).toBe(verdict);
  });

  it('takes a file system without a number of inodes for unlimited', () => {
    const { freeInodes: _, ...directory } = completeHost.directory;
    expect(judge({ ...completeHost, directory }, 'build', 'free inodes')?.verdict).toBe('ok');
  });

  it.each([
    [{ isCaseSensitive: false }, 'case-sensitive file system'],
    [{ path: '/home/me/my work' }, 'path without spaces'],
  ])('%o is missing', (directory, name) => {
    expect(judge(withDirectory(directory), 'build', name)?.verdict).toBe('missing');
  });

  it.each([
    [{ availableBytes: gibibyte / 2 }, 'memory', 'missing'],
    [{ availableBytes: 3 * gibibyte, cores: 8 }, 'memory', 'warning'],
    [{ openFiles: 256 }, 'open files', 'warning'],
    [{ umask: 0o077 }, 'umask', 'warning'],
    [{ path: '/usr/bin:/mnt/c/Program Files:bin' }, 'PATH', 'warning'],
  ] as const)('%o: %s is %s', (machine, name, verdict) => {
    expect(judge(hostWithMachine(machine), 'build', name)?.verdict).toBe(verdict);
  });

  it('names the entries of PATH that it leaves out, and shows a mask as people write it', () => {
    const facts = hostWithMachine({ umask: 0o002, path: '/usr/bin:/mnt/c/Program Files:bin' });
    expect(judge(facts, 'build', 'PATH')?.reason).toMatch(/^"\/mnt\/c\/Program Files", "bin":/);
    expect(judge(facts, 'build', 'umask')?.reason).toMatch(/^0002;/);
  });

  it('asks for root and the kernel where the lab is asked for, and only warns the tests', () => {
    const kernel = { hasMptcp: false, hasNamespaces: false, hasLoopDevices: true, hasKvm: false };
    const facts = { ...hostWithMachine({ isRoot: false }), kernel };
    const wanted = ['root rights', 'Multipath TCP in the kernel', 'namespaces'];
    expect(namesOf(missingOf(judgeHost(facts, ['lab'])))).toEqual(wanted);
    expect(namesOf(missingOf(judgeHost(facts, ['test'])))).toEqual([]);
    expect(namesOf(warningsOf(judgeHost(facts, ['test'])))).toEqual([...wanted, 'KVM']);
  });
});

it.each([
  ['4.1', '4.1', true],
  ['4.10', '4.9', true],
  ['5', '4.9', true],
  ['4', '4.1', false],
  ['3.99', '4.0', false],
])('version %s against %s: %s', (found, wanted, answer) => {
  expect(isAtLeast(found, wanted)).toBe(answer);
});
