import { Failure } from '../../core/failure.js';

/*
 * signify, usign and minisign write the same two lines, "untrusted comment: …" and base64 over
 *   public key   "Ed", key number 8, key 32
 *   signature    "Ed" (of the content) or minisign's "ED" (of the content's BLAKE2b-512), key number 8, signature 64
 * and minisign two more after a signature: "trusted comment: …", and base64 over a second signature of 64 bytes, over the
 * first one and that comment.
 */

/** A public key that may have signed an image. */
export interface SigningKey {
  /** 8 bytes. */
  number: Buffer;
  /** 32 bytes. */
  key: Buffer;
}

/** A signature file. */
export interface SignatureText {
  kind: 'usign' | 'minisign';
  /** What was signed: the content itself, or its hash. */
  over: 'content' | 'blake2b512';
  /** The key's number, 8 bytes. */
  number: Buffer;
  /** 64 bytes. */
  signature: Buffer;
  /** minisign's comment, and the 64 bytes that sign it together with the signature. */
  trusted?: { comment: string; signature: Buffer };
}

const untrusted = 'untrusted comment:';
const trustedStart = 'trusted comment: ';
const numberEnd = 10;

function unusable(what: string, why: string, code: 'usage' | 'verification'): Failure {
  return new Failure(`this is no ${what} of usign, signify or minisign: ${why}`, {
    code,
    hint: 'It has "untrusted comment: …" in its first line, and base64 in the next.',
  });
}

/** Strict: Node's own decoder passes over what is no base64. */
function decode(text: string, size: number): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === size && bytes.toString('base64') === text ? bytes : undefined;
}

function linesOf(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split(/\r?\n/);
}

/**
 * Reads a public key's file, or minisign's single line of base64.
 *
 * @throws Failure (usage) when it is something else: a private key, one of SSH or PGP
 */
export function parseSigningKey(text: string): SigningKey {
  const lines = linesOf(text);
  const data = lines.length === 1 ? lines[0] : lines[1];
  const bytes = decode(data?.trim() ?? '', 42);
  const isCommented = lines.length === 1 || (lines.length === 2 && lines[0]?.startsWith(untrusted));
  if (!bytes || !isCommented || bytes.toString('latin1', 0, 2) !== 'Ed') {
    throw unusable('public key', 'it has other content', 'usage');
  }
  return { number: bytes.subarray(2, numberEnd), key: bytes.subarray(numberEnd) };
}

function trustedPart(comment: string, data: string): NonNullable<SignatureText['trusted']> {
  const signature = decode(data, 64);
  if (comment.startsWith(trustedStart) && signature) {
    return { comment: comment.slice(trustedStart.length), signature };
  }
  throw unusable('signature', 'its trusted comment is damaged', 'verification');
}

/**
 * Reads a signature's file.
 *
 * @throws Failure (verification) when it is something else, or damaged
 */
export function parseSignature(text: string): SignatureText {
  const [comment = '', data = '', trusted, second, ...rest] = linesOf(text);
  const bytes = decode(data, 74);
  const algorithm = bytes?.toString('latin1', 0, 2);
  if (!comment.startsWith(untrusted) || !bytes || (algorithm !== 'Ed' && algorithm !== 'ED') || rest.length > 0) {
    throw unusable('signature', 'it has other content', 'verification');
  }
  if (algorithm === 'ED' && trusted === undefined) throw unusable('signature', 'it is not whole', 'verification');
  return {
    kind: trusted === undefined ? 'usign' : 'minisign',
    over: algorithm === 'Ed' ? 'content' : 'blake2b512',
    number: bytes.subarray(2, numberEnd),
    signature: bytes.subarray(numberEnd),
    ...(trusted !== undefined && { trusted: trustedPart(trusted, second ?? '') }),
  };
}

/** A key's number as its own program prints it: usign the bytes in their order, minisign as one number. */
export function keyNumber(kind: SignatureText['kind'], number: Buffer): string {
  if (kind === 'usign') return number.toString('hex');
  return Buffer.from(number).reverse().toString('hex').toUpperCase();
}
