import { dirname, resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import { Failure } from '../core/failure.js';
import { Secret } from '../core/secret.js';
import { fileFailure } from './file-failure.js';
import { readTextFile } from './files.js';
import type { Runner } from './runner.js';

/** Where a secret is found; as `otb.yaml` has it. */
export type SecretPlace = { file: string } | { command: readonly string[] } | { env: string };

/** No secret of ours is longer. */
const largestSecret = 64 * 1024;

async function fromFile(path: string): Promise<string> {
  const { mode } = await stat(path).catch(fileFailure(path));
  if ((mode & 0o077) !== 0) {
    throw new Failure(`${path} can be read by others (mode ${(mode & 0o777).toString(8).padStart(4, '0')})`, {
      code: 'refused',
      hint: `Say: chmod 600 ${path}`,
    });
  }
  return readTextFile(path, { limit: largestSecret });
}

async function fromCommand([file = '', ...args]: readonly string[], runner: Runner): Promise<string> {
  const { exitCode, stdout } = await runner.run({ file, args, readOnly: true });
  if (exitCode === 0) return stdout;
  throw new Failure(`${file}, which is to print a secret, ended with ${String(exitCode)}`, {
    code: 'usage',
    hint: 'Run it by hand, and correct its entry in otb.yaml.',
  });
}

/**
 * Reads a secret, right before its use.
 *
 * @param configFile paths in it are relative to its directory
 * @throws Failure when it cannot be had, or when others can read it
 */
export async function readSecret(place: SecretPlace, configFile: string, runner: Runner): Promise<Secret> {
  if ('file' in place) return new Secret(await fromFile(resolve(dirname(configFile), place.file)));
  if ('command' in place) return new Secret(await fromCommand(place.command, runner));
  const value = process.env[place.env];
  if (value !== undefined && value !== '') return new Secret(value);
  throw new Failure(`the environment variable ${place.env}, which is to hold a secret, is not set`, {
    code: 'usage',
    hint: 'Set it, or name another source of the secret in otb.yaml.',
  });
}
