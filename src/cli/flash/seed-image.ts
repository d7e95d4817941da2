import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../../core/failure.js';
import { readTextFile } from '../../effects/files.js';
import { openImageFile } from '../../effects/image-file.js';
import { localRunner } from '../../effects/local-runner.js';
import { packFiles } from '../../effects/pack-files.js';
import { bootPartition, plantSeed } from '../../flash/seed/plant-seed.js';
import { withReplacement } from '../../flash/seed/seeded.js';
import type { ImageContent } from '../../flash/write/disk-flash.js';
import { seedFiles } from '../../scenario/seed-files.js';
import type { Device } from '../../config/config.js';
import { loadConfig } from '../load-config.js';

/** An image with a configuration in it. */
export interface SeededImage {
  content: ImageContent;
  /** For people. */
  note: string;
  /** Removes what it needed. */
  close(): Promise<void>;
}

/** The device of that name in otb.yaml. */
export async function findDevice(configFile: string, name: string): Promise<Device> {
  const { devices } = await loadConfig(configFile);
  const device = devices.find((one) => one.name === name);
  if (device) return device;
  throw new Failure(`${configFile} has no device "${name}"`, {
    code: 'usage',
    hint: devices.length === 0 ? 'Add it under `devices`.' : `It has: ${devices.map((one) => one.name).join(', ')}.`,
  });
}

/** A path that otb.yaml has: from the home directory (`~/`), or from where otb.yaml is. */
export function fromConfig(path: string, configFile: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(dirname(configFile), path);
}

/** The lines of the keys; what ends in .pub is a file, beside otb.yaml when it is no whole path. */
async function readKeys({ authorizedKeys }: Device, configFile: string): Promise<string[]> {
  const keys: string[] = [];
  for (const entry of authorizedKeys) {
    if (!entry.endsWith('.pub') || entry.includes(' ')) {
      keys.push(entry);
      continue;
    }
    const text = await readTextFile(fromConfig(entry, configFile), { limit: 65_536 });
    keys.push(
      ...text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '' && !line.startsWith('#')),
    );
  }
  return keys;
}

/**
 * Puts a device's configuration into an image, on the way: the image's file stays as it is.
 *
 * @param head the image's first 64 KiB
 */
export async function seedImage(
  image: ImageContent,
  head: Buffer,
  name: string,
  configFile: string,
  signal: AbortSignal,
): Promise<SeededImage> {
  const device = await findDevice(configFile, name);
  const keys = await readKeys(device, configFile);
  const boot = bootPartition(head);
  const directory = await mkdtemp(join(tmpdir(), 'otb-seed-'));
  const clean = () => rm(directory, { recursive: true, force: true });
  try {
    const [archive, part] = [`${directory}/seed.tgz`, `${directory}/boot`];
    await packFiles(seedFiles(device, keys), archive);
    await plantSeed(image, boot, archive, part, {
      run: localRunner,
      save: (path, pieces) => pipeline(pieces, createWriteStream(path, { mode: 0o600 })),
      open: openImageFile,
      signal,
    });
    const file = await openImageFile(part);
    return {
      content: withReplacement(image, { offset: boot.startByte, file }),
      note: `${name}, ${device.lan.address}, ${keys.length === 0 ? 'no key: root may log in without a password until one is set' : `${keys.length} ${keys.length === 1 ? 'key' : 'keys'}`}`,
      async close() {
        await file.close();
        await clean();
      },
    };
  } catch (error) {
    await clean();
    throw error;
  }
}
