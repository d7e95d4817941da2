import { createHash } from 'node:crypto';
import { Failure } from '../core/failure.js';
import type { Runner } from './runner.js';

/** A host's public key: its type and its base64. */
interface HostKey {
  type: string;
  key: string;
}

function parseScan(text: string): HostKey[] {
  return text.split('\n').flatMap((line) => {
    const [, type, key] = /^[^#\s]\S* (\S+) (\S+)$/.exec(line.trim()) ?? [];
    return type !== undefined && key !== undefined ? [{ type, key }] : [];
  });
}

/** `SHA256:…`, as ssh prints it. */
function fingerprintOf({ key }: HostKey): string {
  const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

/**
 * The line of a known_hosts file that pins a host's key.
 *
 * @param hostKey as otb.yaml has it: the key itself (`ssh-ed25519 AAAA…`) or its fingerprint (`SHA256:…`)
 * @param alias the name the line gets
 * @throws Failure (unreachable) when the host shows another key than the one pinned, or none
 */
export async function knownHostsLine(
  hostKey: string,
  alias: string,
  { host, port }: { host: string; port: number },
  runner: Runner,
): Promise<string> {
  if (!hostKey.startsWith('SHA256:')) return `${alias} ${hostKey}\n`;
  const scan = { file: 'ssh-keyscan', args: ['-T', '10', '-p', String(port), '--', host], readOnly: true };
  const keys = parseScan((await runner.run(scan)).stdout);
  const right = keys.find((key) => fingerprintOf(key) === hostKey);
  if (right) return `${alias} ${right.type} ${right.key}\n`;
  throw new Failure(keys.length === 0 ? `${host} shows no host key` : `${host} is not the machine it should be`, {
    code: 'unreachable',
    lines:
      keys.length === 0
        ? []
        : [`pinned: ${hostKey}`, ...keys.map((key) => `found:  ${fingerprintOf(key)} (${key.type})`)],
    hint:
      keys.length === 0
        ? 'Look whether it is on, and its SSH port open.'
        : 'If it was flashed anew, change `hostKey` in otb.yaml.',
  });
}
