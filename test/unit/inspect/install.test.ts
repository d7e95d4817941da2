import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/failure.js';
import type { HostFacts } from '../../../src/effects/host.js';
import type { Invocation, Outcome } from '../../../src/effects/runner.js';
import { lockHolder } from '../../../src/inspect/apt.js';
import { ensureAreas, examine, fix, type DoctorTools } from '../../../src/inspect/ensure-areas.js';
import { examinationText } from '../../../src/inspect/examination-text.js';
import { installLine, planInstall } from '../../../src/inspect/install-plan.js';
import { judgeHost } from '../../../src/inspect/check.js';
import type { Event } from '../../../src/report/events.js';
import { completeHost, hostWithMachine, hostWithout } from '../../support/host-facts.js';

const lockedText =
  'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4711 (unattended-upgr)\n' +
  'E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?\n';

const outcome = (part: Partial<Outcome>): Outcome => ({
  exitCode: 0,
  signalName: null,
  stdout: '',
  stderr: '',
  elapsedMs: 1,
  timedOut: false,
  ...part,
});

/** A machine that answers with one set of facts after the other, and an apt that ends as scripted. */
function machine(facts: readonly HostFacts[], answers: readonly Partial<Outcome>[] = []) {
  const ran: Invocation[] = [];
  const events: Event[] = [];
  const waits: number[] = [];
  let time = 0;
  let looks = 0;
  const tools: DoctorTools = {
    readHost: () => Promise.resolve(facts[Math.min(looks++, facts.length - 1)]!),
    runner: {
      run: (invocation) => {
        const answer = answers[ran.push(invocation) - 1];
        if (!answer) throw new Error(`unscripted: ${invocation.file} ${invocation.args.join(' ')}`);
        return Promise.resolve(outcome(answer));
      },
    },
    wait: (milliseconds) => {
      waits.push(milliseconds);
      time += milliseconds;
      return Promise.resolve();
    },
    now: () => time,
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
    dryRun: false,
    directory: '/work',
  };
  const words = () => ran.map(({ file, args }) => [file, ...args].join(' '));
  return { tools, ran, words, events, waits };
}

const install =
  'apt-get install --no-install-recommends -y -q -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold gdisk';
const complete = completeHost;
const withoutDisk = hostWithout('sgdisk');

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('the line to paste', () => {
  const lineFor = (facts: HostFacts) => {
    const plan = planInstall(judgeHost(facts, ['flash', 'lab']), facts);
    return plan && installLine(plan, facts);
  };
  const lacking = hostWithout('sgdisk', 'tc', 'ip');

  it('names each package once, sorted', () => {
    expect(lineFor(lacking)).toBe('apt-get install --no-install-recommends -y gdisk iproute2');
  });

  it('has sudo for an ordinary user', () => {
    expect(lineFor(hostWithMachine({ isRoot: false }, lacking))).toBe(
      'sudo apt-get install --no-install-recommends -y gdisk iproute2',
    );
  });

  it.each([
    [['fedora'], 'dnf install -y gdisk iproute iproute-tc'],
    [['rocky', 'rhel', 'centos', 'fedora'], 'dnf install -y gdisk iproute iproute-tc'],
    [['arch'], 'pacman -S --needed --noconfirm gptfdisk iproute2'],
    [['linuxmint', 'ubuntu', 'debian'], 'apt-get install --no-install-recommends -y gdisk iproute2'],
  ])('speaks the words of %o', (families, line) => {
    expect(lineFor(hostWithMachine({ families }, lacking))).toBe(line);
  });

  it('is absent when no package would help', () => {
    expect(lineFor(hostWithMachine({ isRoot: false }))).toBeUndefined();
  });
});

describe('--fix', () => {
  it('runs nothing when nothing is lacking', async () => {
    const { tools, ran } = machine([complete]);
    await fix(await examine(['flash'], tools), 'all', ['flash'], tools);
    expect(ran).toEqual([]);
  });

  it('installs without asking, looks again, and says that all is well', async () => {
    const { tools, words, ran } = machine([withoutDisk, complete], [{}]);
    const result = await ensureAreas(['flash'], true, tools);
    expect(words()).toEqual([install]);
    expect(ran[0]?.env).toMatchObject({ DEBIAN_FRONTEND: 'noninteractive' });
    expect(result.facts).toBe(complete);
  });

  it.each([undefined, 25 * 3600_000])('updates the lists first when they are %s old', async (age) => {
    const { packageListAgeMs: _, ...others } = withoutDisk;
    const facts = age === undefined ? others : { ...others, packageListAgeMs: age };
    const { tools, words } = machine([facts, complete], [{}, {}]);
    await ensureAreas(['flash'], true, tools);
    expect(words()).toEqual(['apt-get update -q', install]);
  });

  it('goes on after an update that failed, and says so', async () => {
    const stale = { ...withoutDisk, packageListAgeMs: 1e9 };
    const stderr = "E: The repository 'https://example.net x' is not signed.\n";
    const { tools, words, events } = machine([stale, complete], [{ exitCode: 100, stderr }, {}]);
    await ensureAreas(['flash'], true, tools);
    expect(words()).toHaveLength(2);
    expect(events).toContainEqual({
      type: 'warning',
      message: "apt-get update failed: E: The repository 'https://example.net x' is not signed.",
    });
  });

  it('updates and tries once more when young lists turn out to be outdated', async () => {
    const stderr = 'E: Failed to fetch http://deb.debian.org/x.deb  404  Not Found\n';
    const { tools, words } = machine([withoutDisk, complete], [{ exitCode: 100, stderr }, {}, {}]);
    await ensureAreas(['flash'], true, tools);
    expect(words()).toEqual([install, 'apt-get update -q', install]);
  });

  it("fails with apt's last lines", async () => {
    const stderr = 'E: dpkg was interrupted, you must manually run the repair.\n';
    const { tools } = machine([withoutDisk], [{ exitCode: 100, stdout: 'Reading package lists...\n', stderr }]);
    const failure = await failureOf(ensureAreas(['flash'], true, tools));
    expect(failure).toMatchObject({
      code: 'prerequisite',
      message: 'apt-get install ended with 100',
      lines: ['Reading package lists...', stderr.trim()],
    });
  });

  it('waits for a lock, says so once, and goes on', async () => {
    const locked = { exitCode: 100, stderr: lockedText };
    const { tools, words, events, waits } = machine([withoutDisk, complete], [locked, locked, {}]);
    await ensureAreas(['flash'], true, tools);
    expect(words()).toEqual([install, install, install]);
    expect(waits).toHaveLength(2);
    expect(events.filter(({ type }) => type === 'warning')).toEqual([
      { type: 'warning', message: "process 4711 (unattended-upgr) holds apt's lock; waiting for up to 5 minutes" },
    ]);
  });

  it('gives a lock up after five minutes', async () => {
    const locked = Array.from({ length: 200 }, () => ({ exitCode: 100, stderr: lockedText }));
    const { tools, waits } = machine([withoutDisk], locked);
    const failure = await failureOf(ensureAreas(['flash'], true, tools));
    expect(failure.message).toBe("process 4711 (unattended-upgr) has held apt's lock for 5 minutes");
    expect(waits.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(5 * 60_000 - 1);
    expect(waits.reduce((sum, one) => sum + one, 0)).toBeLessThan(6 * 60_000);
  });

  it('stops waiting when otb is to stop', async () => {
    const { tools } = machine([withoutDisk], [{ exitCode: 100, stderr: lockedText }]);
    const stop = new Failure('interrupted', { code: 'interrupted' });
    const failure = await failureOf(ensureAreas(['flash'], true, { ...tools, wait: () => Promise.reject(stop) }));
    expect(failure).toBe(stop);
  });

  it('fails when something needed is missing still', async () => {
    const { tools } = machine([withoutDisk], [{}]);
    const failure = await failureOf(ensureAreas(['flash'], true, tools));
    expect(failure.message).toBe('1 needed things are missing: sgdisk');
    expect(failure.hint).toBe('Run: apt-get install --no-install-recommends -y gdisk');
  });

  it('installs for a command only what that command needs, not what a warning names', async () => {
    const { tools, words } = machine([hostWithout('mke2fs', 'unzip'), complete], [{}]);
    await ensureAreas(['build'], true, tools);
    expect(words()).toEqual([install.replace('gdisk', 'e2fsprogs')]);
  });

  it.each([
    [{ isRoot: false }, 'Run: sudo apt-get install --no-install-recommends -y gdisk'],
    [{ families: ['fedora'] }, 'Run: dnf install -y gdisk'],
  ])('runs nothing for %o, but names the command', async (other, hint) => {
    const { tools, ran } = machine([hostWithMachine(other, withoutDisk)]);
    const failure = await failureOf(ensureAreas(['flash'], true, tools));
    expect(failure).toMatchObject({ code: 'prerequisite', hint });
    expect(ran).toEqual([]);
  });
});

describe("apt's complaint about a lock", () => {
  it.each([
    [lockedText, 'process 4711 (unattended-upgr)'],
    ['E: Could not get lock /var/lib/apt/lists/lock. It is held by process 99\n', 'process 99'],
    ['E: Unable to lock directory /var/lib/apt/lists/\n', 'another process'],
    ['E: Unable to locate package gdsik\n', undefined],
    ['', undefined],
  ])('%j: %s', (text, holder) => {
    expect(lockHolder(text)).toBe(holder);
  });
});

describe('the table', () => {
  it('lists what is not ok, then the line to paste', async () => {
    const { tools } = machine([hostWithMachine({ umask: 0o077 }, withoutDisk)]);
    expect(examinationText(await examine(['build', 'flash'], tools), false)).toMatchInlineSnapshot(`
      "what    verdict  what to do
      sgdisk  missing  install gdisk: sgdisk is not installed; checks partition tables
      umask   warning  umask 022: 0077; otb sets 022 for what it runs, but files you make may go into images as they are

      Debian GNU/Linux 12 (bookworm): 54 ok, 1 worth a look, 1 missing

      To install:
        apt-get install --no-install-recommends -y gdisk"
    `);
  });

  it('lists everything when asked to', async () => {
    const { tools } = machine([complete]);
    const text = examinationText(await examine(['provision'], tools), true);
    expect(text).toBe(
      'what        verdict  what to do\n' +
        'ssh         ok       /usr/bin/ssh\n' +
        'ssh-keygen  ok       /usr/bin/ssh-keygen\n\n' +
        'Debian GNU/Linux 12 (bookworm): 2 ok, 0 worth a look, 0 missing',
    );
  });
});
