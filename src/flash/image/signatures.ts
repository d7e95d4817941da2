import { Failure } from '../../core/failure.js';
import { isEd25519Signature } from '../../core/ed25519.js';
import { plainLine } from '../../core/terminal-text.js';
import { formatBytes } from '../../core/units.js';
import { keyNumber, parseSignature, parseSigningKey, type SignatureText } from './signature-text.js';

/** What was signed, as far as the signature needs it: {@link neededContent} says which of the two. */
export type SignedContent = { content: Buffer } | { blake2b512: Buffer };

/** What is to be verified. */
export interface SignatureClaim {
  /** The signed file's name, for messages. */
  name: string;
  /** The text of the `.sig` or `.minisig`. */
  signature: string;
  /** The text of the public key. */
  publicKey: string;
  signed: SignedContent;
}

/** What a signature has proven. */
export interface VerifiedSignature {
  kind: 'usign' | 'minisign' | 'pgp';
  /** As the key's own program prints it; PGP's whole fingerprint. */
  keyNumber: string;
  /** What the signer said of the file, under the signature as well; safe to print. */
  trustedComment?: string;
}

/** Ed25519 over the content itself wants all of it in memory, twice. */
const largestContent = 512 * 1024 * 1024;

/**
 * What {@link verifySignature} will want: the whole content, or its BLAKE2b-512, which can be made while the file is read.
 *
 * @param size of the signed file, in bytes
 * @throws Failure when the signature is damaged, or wants more content than fits into memory
 */
export function neededContent(signature: string, name: string, size: number): 'content' | 'blake2b512' {
  const { over } = parseSignature(signature);
  if (over === 'content' && size > largestContent) {
    throw new Failure(
      `${name} is too large to verify: ${formatBytes(size)}, and such a signature wants all of it in memory`,
      {
        code: 'usage',
        hint: 'Sign sha256sums instead, or sign with `minisign -S -H`, which signs a hash.',
      },
    );
  }
  return over;
}

function signedBytes(signed: SignedContent, over: SignatureText['over']): Buffer {
  if (over === 'content' && 'content' in signed) return signed.content;
  if (over === 'blake2b512' && 'blake2b512' in signed && signed.blake2b512.length === 64) return signed.blake2b512;
  throw new TypeError(`a signature over ${over} cannot be verified with something else`);
}

function forged(message: string, hint: string): Failure {
  return new Failure(message, { code: 'verification', hint });
}

/**
 * Verifies that the key has signed the content, and minisign's trusted comment with it.
 *
 * @throws Failure (verification) when another key has signed, the content is another, or the comment was changed;
 *   (usage) when the public key is not one
 */
export function verifySignature({ name, signature, publicKey, signed }: SignatureClaim): VerifiedSignature {
  const parsed = parseSignature(signature);
  const { number, key } = parseSigningKey(publicKey);
  const { kind, trusted } = parsed;
  const signer = keyNumber(kind, parsed.number);
  if (!parsed.number.equals(number)) {
    throw forged(
      `${name} was signed by another key: by ${signer}, and the key given is ${keyNumber(kind, number)}`,
      'Give the public key of those who made the image.',
    );
  }
  if (!isEd25519Signature(signedBytes(signed, parsed.over), parsed.signature, key)) {
    throw forged(`the signature of ${name} is wrong: it is not what key ${signer} signed`, 'Fetch both files again.');
  }
  if (trusted === undefined) return { kind, keyNumber: signer };
  const commented = Buffer.concat([parsed.signature, Buffer.from(trusted.comment)]);
  if (!isEd25519Signature(commented, trusted.signature, key)) {
    throw forged(`the trusted comment in the signature of ${name} was changed`, 'Fetch the signature again.');
  }
  return { kind, keyNumber: signer, trustedComment: plainLine(trusted.comment) };
}
