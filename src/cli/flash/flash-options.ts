import { parseDuration } from '../../config/grammar/units.js';
import { Failure } from '../../core/failure.js';
import type { WritePolicy } from '../../flash/drives/objection.js';
import { parseSha256Option } from '../../flash/image/checksums.js';

/** What the user said about a flash. */
export interface FlashOptions {
  /** Disks that were confirmed by name. */
  confirmed: readonly string[];
  toFile: string | undefined;
  isExpanding: boolean;
  sha256: string | undefined;
  publicKeyFile: string | undefined;
  isInsecure: boolean;
  allowAny: boolean;
  policy: WritePolicy;
  /** The device whose configuration goes into the image. */
  seed: string | undefined;
  /** The running device that is upgraded in place of a disk. */
  ssh: string | undefined;
  /** How long a router may take to come back, in milliseconds. */
  patienceMs: number;
  work: string | undefined;
}

/** `15m`, `90s`, `1h`; 15 minutes when nobody says. */
function parsePatience(word: string | undefined): number {
  const text = word ?? '15m';
  const milliseconds = /^[1-9]\d{0,4}[smh]$/.test(text) ? parseDuration(text) : undefined;
  if (milliseconds !== undefined) return milliseconds;
  throw new Failure(`--wait wants a time like 90s, 15m or 1h, not "${text}"`, { code: 'usage' });
}

/**
 * Reads the options of `otb flash`.
 *
 * @param disks the disks that were named
 * @throws Failure when they do not go together
 */
export function readFlashOptions(flags: Readonly<Record<string, unknown>>, disks: readonly string[]): FlashOptions {
  const text = (name: string) => flags[name] as string | undefined;
  const isSet = (name: string) => flags[name] === true;
  const toFile = text('toFile');
  if (toFile !== undefined && disks.length > 0) {
    throw new Failure(`--to-file writes into a file, and ${disks.join(' ')} was named, too`, {
      code: 'usage',
      hint: 'Name one or the other.',
    });
  }
  if (toFile !== undefined && isSet('expand')) {
    throw new Failure('--expand wants a disk: a file is as long as its image', {
      code: 'usage',
      hint: 'Leave --expand out.',
    });
  }
  const ssh = text('ssh');
  if (ssh !== undefined && (disks.length > 0 || toFile !== undefined || text('seed') !== undefined)) {
    throw new Failure('--ssh upgrades a running router: no disk, --to-file or --seed goes with it', {
      code: 'usage',
      hint: 'Say `otb flash IMAGE --ssh DEVICE`.',
    });
  }
  const sha256 = text('sha256');
  return {
    confirmed: (flags['confirm'] as readonly string[] | undefined) ?? [],
    toFile,
    isExpanding: isSet('expand'),
    sha256: sha256 === undefined ? undefined : parseSha256Option(sha256),
    publicKeyFile: text('publicKey'),
    isInsecure: isSet('insecure'),
    allowAny: isSet('allowAnyContent'),
    policy: { allowSystemDisk: isSet('allowSystemDisk'), allowFixed: isSet('allowFixed'), unmount: isSet('unmount') },
    seed: text('seed'),
    ssh,
    patienceMs: parsePatience(text('wait')),
    work: text('work'),
  };
}

/** What holds when nobody says anything. */
export const defaultFlashOptions: FlashOptions = readFlashOptions({}, []);
