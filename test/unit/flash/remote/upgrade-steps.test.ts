import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../../src/core/failure.js';
import type { Invocation, Outcome, Runner } from '../../../../src/effects/runner.js';
import { planUpgrade, type Upgrade, type UpgradeFindings } from '../../../../src/flash/remote/upgrade-steps.js';
import { runSteps } from '../../../../src/steps/run-steps.js';

const sha256 = 'a'.repeat(64);
const facts = (changes: Record<string, string> = {}) => {
  const values = {
    boot: 'one',
    host: 'attic',
    arch: 'x86_64',
    tmp: '200000',
    memory: '300000',
    upgrade: 'yes',
    version: 'OpenWrt 23.05.5 r1-old',
    target: 'x86/64',
    ...changes,
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
};

/** What a router answers, by the command it is given; the last answer is given again and again. */
type Answers = Record<'facts' | 'upload' | 'test' | 'upgrade', (Partial<Outcome> | string)[]>;

function kindOf({ file, args }: Invocation): keyof Answers | 'other' {
  const text = [file, ...args].join(' ');
  if (text.includes('boot_id')) return 'facts';
  if (text.includes('cat > ')) return 'upload';
  if (text.includes('sysupgrade -T')) return 'test';
  return text.startsWith('sysupgrade ') ? 'upgrade' : 'other';
}

async function upgrade(changes: Partial<Answers> = {}, more: Partial<Upgrade> = {}) {
  const answers: Answers = {
    facts: [facts(), { exitCode: 255 }, facts({ boot: 'two', version: 'OpenWrt 23.05.6 r2-new' })],
    upload: [`${sha256}  /tmp/otb-upgrade.img`],
    test: [''],
    upgrade: [{ exitCode: 255 }],
    ...changes,
  };
  const asked: string[] = [];
  const inside: Runner = {
    run(invocation) {
      const kind = kindOf(invocation);
      asked.push(kind === 'other' ? [invocation.file, ...invocation.args].join(' ') : kind);
      const list = kind === 'other' ? [''] : answers[kind];
      const answer = (list.length > 1 ? list.shift() : list[0]) ?? '';
      const outcome = typeof answer === 'string' ? { exitCode: 0, stdout: answer } : answer;
      return Promise.resolve({
        exitCode: 0,
        signalName: null,
        stdout: '',
        stderr: '',
        elapsedMs: 1,
        timedOut: false,
        ...outcome,
      });
    },
  };
  let time = 0;
  const found: UpgradeFindings = {};
  const plan: Upgrade = {
    name: 'home',
    inside,
    image: { path: 'router.img.gz', bytes: 30_000_000, sha256 },
    revision: 'r2-new',
    backupPath: 'home.tar.gz',
    fetch: () => Promise.resolve(2000),
    sleep: () => Promise.resolve(),
    now: () => (time += 1000),
    patienceMs: 60_000,
    ...more,
  };
  const signal = new AbortController().signal;
  const run = runSteps(planUpgrade(plan, found), { emit: () => undefined, signal, now: () => 0 });
  const failure = await run.then(
    () => undefined,
    (error: unknown) => error as Failure,
  );
  return { failure, found, asked };
}

describe('an upgrade of a running router', () => {
  it('asks, saves, sends, has it tested, upgrades, and waits for another boot', async () => {
    const { failure, found, asked } = await upgrade();
    expect(failure).toBeUndefined();
    expect(asked).toEqual(['facts', 'upload', 'test', 'upgrade', 'facts', 'facts']);
    expect(found.after).toMatchObject({ bootId: 'two', version: 'OpenWrt 23.05.6 r2-new', hostName: 'attic' });
  });

  it.each([
    ['no memory', { tmp: '20000' }, 'prerequisite', 'of memory free'],
    ['another architecture', { arch: 'mips' }, 'refused', 'is mips'],
    ['another target', { target: 'ath79/generic' }, 'refused', 'ath79/generic'],
    ['no sysupgrade', { upgrade: '' }, 'refused', 'no /sbin/sysupgrade'],
  ])('sends nothing to one with %s', async (_what, changes, code, message) => {
    const { failure, asked } = await upgrade({ facts: [facts(changes)] });
    expect(failure).toMatchObject({ code });
    expect(failure?.message).toContain(message);
    expect(asked).toEqual(['facts']);
  });

  it('does not upgrade with what arrived damaged, and removes it', async () => {
    const { failure, asked } = await upgrade({ upload: [`${'b'.repeat(64)}  x`] });
    expect(failure).toMatchObject({ code: 'verification', message: 'what arrived at home is not the image' });
    expect(asked.slice(0, 3)).toEqual(['facts', 'upload', 'rm -f /tmp/otb-upgrade.img']);
  });

  it('does not upgrade when the router does not take the image, and removes it', async () => {
    const { failure, asked } = await upgrade({ test: [{ exitCode: 1, stderr: 'Image check failed.' }] });
    expect(failure).toMatchObject({ code: 'verification', lines: ['Image check failed.'] });
    expect(asked).toEqual(['facts', 'upload', 'test', 'rm -f /tmp/otb-upgrade.img']);
  });

  it('says so when nobody answers, when it does not begin, and when it never comes back', async () => {
    expect((await upgrade({ facts: [{ exitCode: 255, stderr: 'Connection refused' }] })).failure).toMatchObject({
      code: 'unreachable',
      lines: ['Connection refused'],
    });
    expect((await upgrade({ upgrade: [{ exitCode: 1, stderr: 'busy' }] })).failure).toMatchObject({
      code: 'verification',
      lines: ['busy'],
    });
    expect((await upgrade({ facts: [facts(), { exitCode: 255 }] })).failure).toMatchObject({ code: 'unknown' });
  });

  it('is no success when the old version runs again, or the configuration is lost', async () => {
    const back = (changes: Record<string, string>) => upgrade({ facts: [facts(), facts({ boot: 'two', ...changes })] });
    expect((await back({})).failure?.message).toBe('home runs OpenWrt 23.05.5 r1-old, and the image is r2-new');
    expect((await back({ version: 'r2-new', host: 'OpenWrt' })).failure?.message).toContain(
      'its configuration is lost',
    );
  });
});
