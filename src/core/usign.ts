import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto';
import { ed25519KeyStart, isEd25519Signature } from './ed25519.js';
import { Failure } from './failure.js';

/*
 * Keys and signatures as OpenWrt's usign and OpenBSD's signify write them: a comment line, then base64 over
 *   public key   "Ed", fingerprint 8, key 32
 *   private key  "Ed", "BK", rounds 4 (0: no password), salt 16, checksum 8 (of SHA-512 over the key), fingerprint 8, key 64
 *   signature    "Ed", fingerprint 8, signature 64
 * The private key is the seed followed by the public key.
 */

const algorithm = Buffer.from('Ed');
const commentStart = 'untrusted comment: ';

/** A pair of keys, each as the text of its file. */
export interface KeyPair {
  publicKey: string;
  privateKey: string;
  /** 16 hexadecimal digits: the name under which OpenWrt keeps a public key in `/etc/opkg/keys`. */
  fingerprint: string;
}

function print(comment: string, ...parts: readonly Buffer[]): string {
  return `${commentStart}${comment}\n${Buffer.concat(parts).toString('base64')}\n`;
}

function parse(text: string, size: number, what: string): Buffer {
  const [comment = '', data = ''] = text.trim().split(/\r?\n/);
  const bytes = Buffer.from(data, 'base64');
  const isWhole = bytes.length === size && bytes.subarray(0, 2).equals(algorithm);
  if (comment.startsWith(commentStart) && isWhole) return bytes;
  throw new Failure(`this is no ${what} in usign's form`, {
    code: 'usage',
    hint: 'It has two lines: "untrusted comment: …", and one of base64.',
  });
}

/** How a private key begins in DER, as {@link ed25519KeyStart}. */
const privateStart = Buffer.from('302e020100300506032b657004220420', 'hex');

function privateKeyOf(seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([privateStart, seed]), format: 'der', type: 'pkcs8' });
}

function checksumOf(key: Buffer): Buffer {
  return createHash('sha512').update(key).digest().subarray(0, 8);
}

/** Makes a new pair of keys; the private one has no password, as OpenWrt's build wants it. */
export function generateKeys(random: (size: number) => Buffer = randomBytes): KeyPair {
  const seed = random(32);
  const exported = createPublicKey(privateKeyOf(seed)).export({ format: 'der', type: 'spki' });
  const publicBytes = exported.subarray(ed25519KeyStart.length);
  const fingerprint = random(8);
  const name = fingerprint.toString('hex');
  const key = Buffer.concat([seed, publicBytes]);
  return {
    fingerprint: name,
    publicKey: print(`public key ${name}`, algorithm, fingerprint, publicBytes),
    privateKey: print(
      `private key ${name}`,
      algorithm,
      Buffer.from('BK'),
      Buffer.alloc(4),
      random(16),
      checksumOf(key),
      fingerprint,
      key,
    ),
  };
}

/**
 * Signs a file's content.
 *
 * @param privateKey the text of the private key's file
 * @returns the text of the signature's file
 * @throws Failure when the key is not one, is damaged, or is protected by a password
 */
export function signContent(content: Buffer, privateKey: string): string {
  const bytes = parse(privateKey, 104, 'private key');
  if (bytes.readUInt32BE(4) !== 0) {
    throw new Failure('the private key is protected by a password', {
      code: 'usage',
      hint: 'Make one without: `otb keys build`.',
    });
  }
  const key = bytes.subarray(40);
  if (!checksumOf(key).equals(bytes.subarray(24, 32))) {
    throw new Failure('the private key is damaged: its checksum is wrong', {
      code: 'usage',
      hint: 'Take it from its backup.',
    });
  }
  const fingerprint = bytes.subarray(32, 40);
  const signature = sign(null, content, privateKeyOf(key.subarray(0, 32)));
  return print(`signed by key ${fingerprint.toString('hex')}`, algorithm, fingerprint, signature);
}

/** The fingerprint in a public key's, or a signature's, text: 16 hexadecimal digits. */
export function fingerprintOf(text: string, kind: 'public key' | 'signature'): string {
  return parse(text, kind === 'signature' ? 74 : 42, kind)
    .subarray(2, 10)
    .toString('hex');
}

/**
 * True when the signature belongs to the content and to the key.
 *
 * @throws Failure when key or signature are not ones
 */
export function isSignedBy(content: Buffer, signature: string, publicKey: string): boolean {
  const signatureBytes = parse(signature, 74, 'signature');
  const keyBytes = parse(publicKey, 42, 'public key');
  const isSameKey = signatureBytes.subarray(2, 10).equals(keyBytes.subarray(2, 10));
  return isSameKey && isEd25519Signature(content, signatureBytes.subarray(10), keyBytes.subarray(10));
}
