import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPgpKey, pgpKeyBytes, readGpgvStatus } from '../../../../src/flash/image/pgp.js';

function armored(bytes: Buffer, headers = '', checksum = '=AbCd\n'): string {
  const lines = bytes.toString('base64').replace(/.{64}/g, '$&\n');
  const name = 'PGP PUBLIC KEY BLOCK';
  return `-----BEGIN ${name}-----\n${headers}\n${lines}\n${checksum}-----END ${name}-----\n`;
}

const fingerprint = 'A'.repeat(40);
const status = (...lines: string[]) => lines.map((line) => `[GNUPG:] ${line}\n`).join('');
const good = status('NEWSIG', 'GOODSIG 0123456789ABCDEF Maker', `VALIDSIG ${fingerprint} 2026-01-01 1`);

describe('a public key of PGP', () => {
  it('is known by its first line', () => {
    expect(isPgpKey(armored(Buffer.from('key')))).toBe(true);
    expect(isPgpKey('untrusted comment: key\nRWQ=\n')).toBe(false);
  });

  it('comes out of its armor as it went in, with headers or without, with a checksum or without', () => {
    const headers = fc.constantFrom('', 'Version: GnuPG v1\n', 'Comment: a key: mine\nHash: SHA256\n');
    const checksum = fc.constantFrom('', '=AbCd\n');
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), headers, checksum, (bytes, header, sum) => {
        expect(pgpKeyBytes(armored(Buffer.from(bytes), header, sum)).equals(bytes)).toBe(true);
      }),
    );
    const two = armored(Buffer.from('one ')) + armored(Buffer.from('two'));
    expect(pgpKeyBytes(two.replaceAll('\n', '\r\n')).toString()).toBe('one two');
  });

  it.each([
    ['cut off', armored(Buffer.from('some key')).slice(0, 50)],
    ['of something else', armored(Buffer.from('some key')).replaceAll('PUBLIC', 'PRIVATE')],
    ['without content', armored(Buffer.alloc(0))],
    ['with other characters', armored(Buffer.from('some key')).replace('c29t', 'c2*t')],
  ])('%s is refused', (_what, text) => {
    expect(() => pgpKeyBytes(text)).toThrow(expect.objectContaining({ code: 'usage' }) as Error);
  });
});

describe('what gpgv says', () => {
  it('is believed when it is a valid signature, and nothing else', () => {
    expect(readGpgvStatus('x.img', good, 0)).toBe(fingerprint);
  });

  it.each([
    [status('BADSIG 0123456789ABCDEF Maker'), 1, 'the signature of x.img is wrong'],
    [status('ERRSIG 0123456789ABCDEF 1 8 00 0 9 -', 'NO_PUBKEY 0123456789ABCDEF'), 2, 'signed by another key: by 0123'],
    [good + status('EXPKEYSIG 0123456789ABCDEF Maker'), 0, 'has expired'],
    [good + status('EXPSIG 0123456789ABCDEF Maker'), 0, 'has expired'],
    [good + status('REVKEYSIG 0123456789ABCDEF Maker'), 0, 'was revoked'],
    [status('NODATA 1'), 2, 'the signature of x.img is damaged'],
    [good, 2, 'does not vouch'],
    [good, null, 'does not vouch'],
    [good + good, 0, 'does not vouch'],
    [`${fingerprint} VALIDSIG\n`, 0, 'does not vouch'],
    ['', 0, 'does not vouch'],
  ])('%j with exit status %s is no proof', (said, exitCode, message) => {
    expect(() => readGpgvStatus('x.img', said, exitCode)).toThrow(message);
  });
});
