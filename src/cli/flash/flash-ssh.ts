import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Device } from '../../config/config.js';
import { formatSshTarget } from '../../config/grammar/ssh.js';
import { Failure } from '../../core/failure.js';
import { readArchive } from '../../effects/archive.js';
import { knownHostsLine } from '../../effects/host-key.js';
import { replaceFile } from '../../effects/replace-file.js';
import type { Runner } from '../../effects/runner.js';
import { overSsh } from '../../effects/ssh.js';
import { localFiles } from '../../effects/tree-files.js';
import { planUpgrade, type UpgradeFindings } from '../../flash/remote/upgrade-steps.js';
import type { CommandContext, CommandResult } from '../command.js';
import { runCommandSteps } from '../run-command-steps.js';
import type { FlashOptions } from './flash-options.js';
import { withPrepared } from './flash-run.js';
import { findDevice, fromConfig } from './seed-image.js';

const usualPort = 22;

/** A way into a device, and what has to be removed afterwards. */
async function openSsh(
  { name, ssh, hostKey, sshOptions }: Device,
  configFile: string,
  runner: Runner,
): Promise<{ inside: Runner; close: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'otb-ssh-'));
  const close = () => rm(directory, { recursive: true, force: true });
  try {
    const { identity, jump, legacyRsa, connectTimeout } = sshOptions;
    const knownAs = `otb-${name}`;
    const pin = hostKey === undefined ? undefined : join(directory, 'known_hosts');
    if (pin !== undefined && hostKey !== undefined) {
      await writeFile(
        pin,
        await knownHostsLine(hostKey, knownAs, { host: ssh.host, port: ssh.port ?? usualPort }, runner),
        { mode: 0o600 },
      );
    }
    const target = {
      ...ssh,
      ...(pin !== undefined && { knownHosts: pin, knownAs }),
      isTrusting: false,
      identity: identity === undefined ? undefined : fromConfig(identity, configFile),
      jump: jump && formatSshTarget(jump),
      legacyRsa,
      connectSeconds: Math.ceil(connectTimeout / 1000),
    };
    return { inside: overSsh(target, runner), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Has a command on the router write a `.tar.gz` to a file here; nothing is left of one that is not whole. */
function fetchArchive(inside: Runner) {
  return async (words: readonly [string, ...string[]], path: string, signal: AbortSignal): Promise<number> => {
    await replaceFile(path, async (part) => {
      // What it says beside must not get into the archive.
      await writeFile(part, '', { mode: 0o600 });
      const script = `exec ${words.join(' ')} 2> /dev/null`;
      const outcome = await inside.run({ file: 'sh', args: ['-c', script] }, { signal, logFile: part });
      if (outcome.exitCode !== 0) {
        throw new Failure('the configuration of the router could not be saved', {
          code: 'verification',
          lines: [outcome.stderr.trim()],
          hint: 'Nothing was changed on the router.',
        });
      }
      await readArchive(part);
    });
    return (await stat(path)).size;
  };
}

/** `20261123-143000` */
function stampOf(date: Date): string {
  return date.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
}

/** `otb flash IMAGE --ssh DEVICE`: an upgrade of a running router. */
export async function upgradeOverSsh(
  context: CommandContext,
  path: string,
  name: string,
  options: FlashOptions,
): Promise<CommandResult> {
  const device = await findDevice(context.options.config, name);
  return withPrepared(context, path, [], options, async ({ image, checked }) => {
    const { inside, close } = await openSsh(device, context.options.config, context.runner);
    const found: UpgradeFindings = {};
    const backupPath = `${name}-${stampOf(new Date())}.tar.gz`;
    try {
      const revision = (await localFiles.readText(join(dirname(path), 'version.buildinfo')))?.trim();
      const upgrade = {
        name,
        inside,
        image: { path, bytes: image.file.size, sha256: checked.sha256 ?? (await localFiles.hash(path)) },
        revision,
        backupPath,
        fetch: fetchArchive(inside),
        sleep: (milliseconds: number, signal: AbortSignal) => sleep(milliseconds, undefined, { signal }),
        now: () => performance.now(),
        patienceMs: options.patienceMs,
      };
      const steps = planUpgrade(upgrade, found);
      if (context.options.dryRun) {
        await runCommandSteps({ ...context, options: { ...context.options, dryRun: false } }, steps.slice(0, 1));
        return {
          text: `would upgrade ${name} with ${basename(path)}; nothing was changed`,
          json: { device: name, before: found.before, dryRun: true },
        };
      }
      await runCommandSteps(context, steps);
      const { before, after, downMs } = found;
      return {
        text: `${name} runs ${after?.version ?? ''}; its configuration of before is in ${backupPath}`,
        json: { device: name, before, after, downMs: Math.round(downMs ?? 0), backup: backupPath },
      };
    } finally {
      await close();
    }
  });
}
