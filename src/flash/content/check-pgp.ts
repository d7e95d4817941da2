import type { Runner } from '../../effects/runner.js';
import type { withTemporaryFiles } from '../../effects/temporary-files.js';
import { pgpKeyBytes, readGpgvStatus } from '../image/pgp.js';
import type { VerifiedSignature } from '../image/signatures.js';

/** What checking a signature needs from outside. */
export interface SignatureHelp {
  run: Runner;
  /** Writes files for as long as some work takes. */
  withFiles: typeof withTemporaryFiles;
  signal: AbortSignal;
}

/** A signature of PGP, apart from what it signs. */
export interface PgpClaim {
  /** The signed file's name, for messages. */
  name: string;
  /** The text of the `.asc`. */
  signature: string;
  /** The text of the public key. */
  publicKey: string;
  /** What was signed: a file, or its text. */
  signed: { path: string } | { text: string };
}

/**
 * Has gpgv verify a signature by one public key and no other: no key ring of the user's has a say.
 *
 * @throws Failure (verification) when it is not right; (prerequisite) without gpgv; (usage) when the key is none
 */
export async function verifyPgp(
  claim: PgpClaim,
  { run, withFiles, signal }: SignatureHelp,
): Promise<VerifiedSignature> {
  const { name, signature, publicKey, signed } = claim;
  const content = 'path' in signed ? { inputFile: signed.path } : { input: signed.text };
  const files = { 'keys.gpg': pgpKeyBytes(publicKey), 'signature.asc': signature };
  return withFiles(files, async (directory) => {
    const places = ['--homedir', directory, '--keyring', `${directory}/keys.gpg`];
    const args = [...places, '--status-fd', '1', `${directory}/signature.asc`, '-'];
    const { stdout, exitCode } = await run.run({ file: 'gpgv', args, ...content }, { signal });
    signal.throwIfAborted();
    return { kind: 'pgp', keyNumber: readGpgvStatus(name, stdout, exitCode) };
  });
}
