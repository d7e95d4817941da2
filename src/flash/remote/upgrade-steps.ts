import { Failure } from '../../core/failure.js';
import { formatBytes, formatDuration } from '../../core/units.js';
import type { Invocation, Outcome, Runner } from '../../effects/runner.js';
import type { Step } from '../../steps/step.js';
import { isUnreachable, readRouterFacts, tryRouterFacts, type RouterFacts } from './router-facts.js';

/** What an upgrade is made of. */
export interface Upgrade {
  /** The device, as otb.yaml calls it. */
  name: string;
  /** Runs commands on the router. */
  inside: Runner;
  /** The image's file here, its size in bytes, and its SHA-256. */
  image: { path: string; bytes: number; sha256: string };
  /** What the image calls its version, when something beside it tells: `r24106-10cc5fcd00`. */
  revision: string | undefined;
  /** Where a copy of the configuration goes. */
  backupPath: string;
  /** Writes what a command on the router prints to a file, under a temporary name until it is whole. */
  fetch: (words: readonly [string, ...string[]], path: string, signal: AbortSignal) => Promise<number>;
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  now: () => number;
  /** How long the router may take to come back, in milliseconds. */
  patienceMs: number;
}

/** What an upgrade found, step by step. */
export interface UpgradeFindings {
  before?: RouterFacts;
  after?: RouterFacts;
  /** From the moment the upgrade began until the new system answered, in milliseconds. */
  downMs?: number;
}

/** On the router: in memory, gone after the restart. */
const remotePath = '/tmp/otb-upgrade.img';
/** What sysupgrade needs beside the image, in bytes. */
const spare = 24 * 1024 * 1024;
const leastPauseMs = 3000;
/** A slow router is busy with starting: it is asked for a fifth of the time at most. */
const pauseShare = 4;

function verifyFit(
  { architecture, target, hasSysupgrade, freeTmp, freeMemory }: RouterFacts,
  { name, image }: Upgrade,
): void {
  const stop = (message: string, hint: string, code: 'refused' | 'prerequisite' = 'refused') => {
    throw new Failure(message, { code, hint });
  };
  if (!hasSysupgrade) stop(`${name} has no /sbin/sysupgrade`, 'Flash its disk itself: `otb flash IMAGE DISK`.');
  if (architecture !== 'x86_64')
    stop(`${name} is ${architecture || 'of an unknown kind'}, and the image is for x86_64`, 'Take an image for it.');
  if (target !== '' && !target.startsWith('x86/'))
    stop(`${name} runs an image for ${target}, and this one is for x86/64`, 'Take an image for it.');
  const needed = image.bytes + spare;
  const free = Math.min(freeTmp, freeMemory);
  if (free < needed)
    stop(
      `${name} has ${formatBytes(free)} of memory free, and the upgrade needs ${formatBytes(needed)}`,
      'Stop services on it, or flash its disk itself.',
      'prerequisite',
    );
}

/** The last lines of what a command on the router printed. */
function lastLines({ stdout, stderr }: Outcome): string[] {
  return `${stdout}\n${stderr}`.trim().split('\n').slice(-15);
}

async function must(
  { inside, name }: Upgrade,
  invocation: Invocation,
  signal: AbortSignal,
  what: string,
): Promise<string> {
  const outcome = await inside.run(invocation, { signal });
  if (outcome.exitCode === 0) return outcome.stdout;
  throw new Failure(`${name}: ${what}`, {
    code: isUnreachable(outcome) ? 'unreachable' : 'verification',
    lines: lastLines(outcome),
    hint: 'Nothing was changed on the router.',
  });
}

async function sendImage(upgrade: Upgrade, signal: AbortSignal): Promise<string> {
  const { name, inside, image } = upgrade;
  const args = ['-c', `umask 077; cat > ${remotePath} && sha256sum ${remotePath}`];
  const send = { file: 'sh', args, inputFile: image.path };
  const printed = await must(upgrade, send, signal, 'the image could not be sent');
  if (printed.slice(0, 64) === image.sha256) return formatBytes(image.bytes);
  await inside.run({ file: 'rm', args: ['-f', remotePath] });
  throw new Failure(`what arrived at ${name} is not the image`, {
    code: 'verification',
    hint: 'Run the same command again. Nothing was changed on the router.',
  });
}

function checkSteps(upgrade: Upgrade, found: UpgradeFindings): Step[] {
  const { name, inside, backupPath } = upgrade;
  return [
    {
      name: 'router',
      title: 'Look at the router',
      async run({ signal }) {
        found.before = await readRouterFacts(inside, name, signal);
        verifyFit(found.before, upgrade);
        return `${found.before.hostName}: ${found.before.version || 'a version it does not tell'}`;
      },
    },
    {
      name: 'save',
      title: 'Save its configuration here',
      async run({ signal }) {
        const bytes = await upgrade.fetch(['sysupgrade', '-b', '-'], backupPath, signal);
        return `${backupPath}, ${formatBytes(bytes)}`;
      },
    },
    {
      name: 'upload',
      title: 'Send the image',
      run: ({ signal }) => sendImage(upgrade, signal),
      async undo() {
        await inside.run({ file: 'rm', args: ['-f', remotePath] });
      },
    },
    {
      name: 'test',
      title: 'Have the router test the image',
      async run({ signal }) {
        const test = { file: 'sysupgrade', args: ['-T', remotePath] };
        await must(upgrade, test, signal, 'it does not take the image (sysupgrade -T)');
        return undefined;
      },
    },
  ];
}

/** Waits until the router answers with another boot id; a refusal of sysupgrade ends it at once. */
async function waitForRestart(upgrade: Upgrade, before: RouterFacts, signal: AbortSignal): Promise<RouterFacts> {
  const { inside, name, now, sleep, patienceMs } = upgrade;
  const deadline = now() + patienceMs;
  let pause = leastPauseMs;
  while (now() < deadline) {
    await sleep(pause, signal);
    const asked = now();
    const facts = await tryRouterFacts(inside, signal);
    pause = Math.max(leastPauseMs, pauseShare * (now() - asked));
    if (facts && facts.bootId !== before.bootId) return facts;
  }
  throw new Failure(`${name} did not come back within ${formatDuration(patienceMs)}`, {
    code: 'unknown',
    hint: `Look at its screen. Its configuration is in ${upgrade.backupPath}.`,
  });
}

/** Has the router begin the upgrade; its connection breaks when it goes down. */
async function beginUpgrade({ name, inside, patienceMs }: Upgrade, signal: AbortSignal): Promise<void> {
  // Only an answer of sysupgrade itself is a refusal. It looks at the image once more first, which takes minutes on a
  // slow router: a connection cut before would end it.
  const outcome = await inside.run({ file: 'sysupgrade', args: [remotePath], timeoutMs: patienceMs }, { signal });
  if (isUnreachable(outcome) || outcome.exitCode === 0) return;
  throw new Failure(`${name} did not begin the upgrade`, {
    code: 'verification',
    lines: lastLines(outcome),
    hint: 'It goes on with the system it has.',
  });
}

/** What runs after an upgrade, for people; a Failure when it is not what was sent, or lost its configuration. */
function proveUpgrade({ name, revision, backupPath }: Upgrade, before: RouterFacts, after: RouterFacts): string {
  if (revision !== undefined && !after.version.includes(revision)) {
    throw new Failure(`${name} runs ${after.version}, and the image is ${revision}`, {
      code: 'verification',
      hint: 'The upgrade did not take: look at its log and its screen.',
    });
  }
  if (after.hostName !== before.hostName) {
    throw new Failure(
      `${name} calls itself ${after.hostName} now, and ${before.hostName} before: its configuration is lost`,
      { code: 'verification', hint: `It is in ${backupPath}: restore it with sysupgrade -r.` },
    );
  }
  return after.version === before.version
    ? `${after.version}, as before`
    : `${after.version}; before: ${before.version}`;
}

function upgradeSteps(upgrade: Upgrade, found: UpgradeFindings): Step[] {
  const notLooked = () => new Error('the router was not looked at');
  return [
    {
      name: 'upgrade',
      title: 'Upgrade, and wait for the restart',
      async run({ signal }) {
        if (!found.before) throw notLooked();
        const begun = upgrade.now();
        await beginUpgrade(upgrade, signal);
        found.after = await waitForRestart(upgrade, found.before, signal);
        found.downMs = upgrade.now() - begun;
        return `back after ${formatDuration(found.downMs)}`;
      },
    },
    {
      name: 'prove',
      title: 'See what runs now',
      run() {
        const { before, after } = found;
        if (!before || !after) throw notLooked();
        return Promise.resolve(proveUpgrade(upgrade, before, after));
      },
    },
  ];
}

/** An upgrade of a running router: nothing is changed before the router itself has found the image good. */
export function planUpgrade(upgrade: Upgrade, found: UpgradeFindings): Step[] {
  return [...checkSteps(upgrade, found), ...upgradeSteps(upgrade, found)];
}
