import { describe, expect, it } from 'vitest';
import { fingerprintOf, generateKeys, isSignedBy, signContent } from '../../../src/core/usign.js';

const keys = generateKeys();
const content = Buffer.from('0f *openwrt.img.gz\n');

describe('keys and signatures of usign', () => {
  it('sign, and are recognised', () => {
    const signature = signContent(content, keys.privateKey);
    expect(isSignedBy(content, signature, keys.publicKey)).toBe(true);
    expect(fingerprintOf(signature, 'signature')).toBe(keys.fingerprint);
    expect(fingerprintOf(keys.publicKey, 'public key')).toBe(keys.fingerprint);
  });

  it('do not pass for other content, another key, or a changed signature', () => {
    const signature = signContent(content, keys.privateKey);
    expect(isSignedBy(Buffer.from('other'), signature, keys.publicKey)).toBe(false);
    expect(isSignedBy(content, signature, generateKeys().publicKey)).toBe(false);
    const [comment = '', data = ''] = signature.split('\n');
    const bytes = Buffer.from(data, 'base64');
    bytes[73] = (bytes[73] ?? 0) ^ 1;
    expect(isSignedBy(content, `${comment}\n${bytes.toString('base64')}\n`, keys.publicKey)).toBe(false);
  });

  it('are read with the line ends of Windows', () => {
    const signature = signContent(content, keys.privateKey.replaceAll('\n', '\r\n'));
    expect(isSignedBy(content, signature, keys.publicKey.replaceAll('\n', '\r\n'))).toBe(true);
  });

  it.each([
    ['an empty text', ''],
    ['a key of something else', 'ssh-ed25519 AAAA me@here\n'],
    ['a truncated key', keys.privateKey.slice(0, 90)],
    ['a public key', keys.publicKey],
  ])('refuse %s', (_, text) => {
    expect(() => signContent(content, text)).toThrow("this is no private key in usign's form");
  });

  it('refuse a key that is damaged, or protected by a password', () => {
    const [comment = '', data = ''] = keys.privateKey.split('\n');
    const changed = (at: number) => {
      const bytes = Buffer.from(data, 'base64');
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      return `${comment}\n${bytes.toString('base64')}\n`;
    };
    expect(() => signContent(content, changed(60))).toThrow('the private key is damaged: its checksum is wrong');
    expect(() => signContent(content, changed(7))).toThrow('the private key is protected by a password');
  });
});
