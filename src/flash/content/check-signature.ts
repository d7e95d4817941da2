import { createHash } from 'node:crypto';
import { Failure } from '../../core/failure.js';
import type { ExpectedChecksum } from '../image/checksums.js';
import { isPgpKey } from '../image/pgp.js';
import { neededContent, verifySignature, type SignedContent, type VerifiedSignature } from '../image/signatures.js';
import type { BesideImage } from './beside.js';
import { verifyPgp, type SignatureHelp } from './check-pgp.js';
import { hashFile } from './hash-file.js';
import type { OpenImage } from './open-image.js';

/** What the user has said of signatures. */
export interface SignatureOptions {
  /** The text of the public key, when there is one. */
  publicKey: string | undefined;
  /** True with `--insecure`: a signature that nobody can check is no reason to stop. */
  isInsecure: boolean;
}

async function signedImage(image: OpenImage, signature: string, signal: AbortSignal): Promise<SignedContent> {
  const needed = neededContent(signature, image.path, image.file.size);
  if (needed === 'content') return { content: await image.file.read(0, image.file.size) };
  return { blake2b512: await hashFile(image.file, 'blake2b512', signal) };
}

function signedText(text: string, signature: string): SignedContent {
  const content = Buffer.from(text);
  const isContent = neededContent(signature, 'sha256sums', content.length) === 'content';
  return isContent ? { content } : { blake2b512: createHash('blake2b512').update(content).digest() };
}

/**
 * Checks the signature over the image, or over the list that has its hash; that the hash is right is looked at elsewhere.
 * PGP's signatures count when the public key is one of PGP, the others' otherwise.
 *
 * @returns undefined when there is no key, or nothing that it could have signed and the user does not mind
 * @throws Failure (verification) when a signature is missing or wrong
 */
export async function checkSignature(
  image: OpenImage,
  beside: BesideImage,
  expected: ExpectedChecksum | undefined,
  { publicKey, isInsecure }: SignatureOptions,
  help: SignatureHelp,
): Promise<VerifiedSignature | undefined> {
  if (publicKey === undefined) return undefined;
  const { name } = beside;
  const isPgp = isPgpKey(publicKey);
  const over = isPgp ? beside.pgp : beside.signatures;
  if (over.image !== undefined) {
    const signature = over.image;
    if (isPgp) return verifyPgp({ name, signature, publicKey, signed: { path: image.path } }, help);
    return verifySignature({ name, signature, publicKey, signed: await signedImage(image, signature, help.signal) });
  }
  const text = expected?.from.includes('sha256sums') === true ? beside.sha256sums : undefined;
  if (over.sums !== undefined && text !== undefined) {
    const claim = { name: 'sha256sums', signature: over.sums, publicKey };
    if (isPgp) return verifyPgp({ ...claim, signed: { text } }, help);
    return verifySignature({ ...claim, signed: signedText(text, over.sums) });
  }
  if (isInsecure) return undefined;
  const [kinds, unfit] = isPgp ? ['.asc', beside.signatures] : ['.sig or .minisig', beside.pgp];
  const hasOther = (unfit.image ?? unfit.sums) !== undefined;
  throw new Failure(`there is a public key, but no signature of ${name} that could be by it`, {
    code: 'verification',
    hint: hasOther
      ? `What is there is of another kind than the key: give the key that fits it, or fetch the ${kinds}.`
      : `Fetch the ${kinds} of the image, or sha256sums with its signature, or say --insecure.`,
  });
}
