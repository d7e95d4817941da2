import { createPublicKey, verify } from 'node:crypto';

/** How an Ed25519 public key begins in DER (RFC 8410), which is what Node reads and writes; its 32 bytes follow. */
export const ed25519KeyStart = Buffer.from('302a300506032b6570032100', 'hex');

/** True when a signature (64 bytes) belongs to the content and to the public key (32 bytes). */
export function isEd25519Signature(content: Buffer, signature: Buffer, key: Buffer): boolean {
  const publicKey = createPublicKey({ key: Buffer.concat([ed25519KeyStart, key]), format: 'der', type: 'spki' });
  return verify(null, content, publicKey, signature);
}
