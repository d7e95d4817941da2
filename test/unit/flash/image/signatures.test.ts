import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/core/failure.js';
import { generateKeys, signContent } from '../../../../src/core/usign.js';
import { neededContent, verifySignature } from '../../../../src/flash/image/signatures.js';

const content = Buffer.from('what an image holds\n'.repeat(100));
const blake2b512 = createHash('blake2b512').update(content).digest();
const name = 'x.img.gz';

interface Pair {
  number: Buffer;
  privateKey: KeyObject;
  publicText: string;
}

function makePair(number: string): Pair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(12);
  const bytes = Buffer.concat([Buffer.from('Ed'), Buffer.from(number, 'hex'), key]);
  return {
    number: Buffer.from(number, 'hex'),
    privateKey,
    publicText: `untrusted comment: minisign public key\n${bytes.toString('base64')}\n`,
  };
}

/** Signs as minisign does: "Ed" over the content, "ED" over its hash. */
function minisign(pair: Pair, algorithm: 'Ed' | 'ED', comment = 'file:x.img.gz'): string {
  const signature = sign(null, algorithm === 'Ed' ? content : blake2b512, pair.privateKey);
  const second = sign(null, Buffer.concat([signature, Buffer.from(comment)]), pair.privateKey);
  const line = Buffer.concat([Buffer.from(algorithm), pair.number, signature]).toString('base64');
  return `untrusted comment: x\n${line}\ntrusted comment: ${comment}\n${second.toString('base64')}\n`;
}

const usign = generateKeys();
const pair = makePair('722771a3dcfc86dd');
const sources = {
  usign: { signature: signContent(content, usign.privateKey), publicKey: usign.publicKey, signed: { content } },
  legacy: { signature: minisign(pair, 'Ed'), publicKey: pair.publicText, signed: { content } },
  prehashed: { signature: minisign(pair, 'ED'), publicKey: pair.publicText, signed: { blake2b512 } },
};
const kinds = Object.keys(sources) as (keyof typeof sources)[];

describe('verifySignature', () => {
  it('says what usign and signify have signed', () => {
    expect(verifySignature({ name, ...sources.usign })).toEqual({ kind: 'usign', keyNumber: usign.fingerprint });
  });

  it.each(['legacy', 'prehashed'] as const)('says what minisign has signed: %s', (form) => {
    expect(verifySignature({ name, ...sources[form] })).toEqual({
      kind: 'minisign',
      // As `minisign -G` prints it.
      keyNumber: 'DD86FCDCA3712772',
      trustedComment: 'file:x.img.gz',
    });
  });

  it('takes the single line of a public key, and the line ends of Windows', () => {
    const publicKey = pair.publicText.split('\n')[1]!;
    const signature = sources.prehashed.signature.replaceAll('\n', '\r\n');
    expect(verifySignature({ name, signature, publicKey, signed: { blake2b512 } }).kind).toBe('minisign');
  });

  it.each(kinds)('tells a signature by another key from a wrong one: %s', (form) => {
    const other = makePair('0102030405060708');
    const act = () => verifySignature({ name, ...sources[form], publicKey: other.publicText });
    const [signer, given] =
      form === 'usign' ? [usign.fingerprint, '0102030405060708'] : ['DD86FCDCA3712772', '0807060504030201'];
    expect(act).toThrow(
      expect.objectContaining({
        message: `x.img.gz was signed by another key: by ${signer}, and the key given is ${given}`,
        code: 'verification',
      }),
    );
  });

  it('notices another key with the same number', () => {
    const other = makePair('722771a3dcfc86dd');
    expect(() => verifySignature({ name, ...sources.legacy, publicKey: other.publicText })).toThrow(
      'the signature of x.img.gz is wrong: it is not what key DD86FCDCA3712772 signed',
    );
  });

  it.each(kinds)('notices other content: %s', (form) => {
    const other = Buffer.from('other'.padEnd(64));
    const act = () => verifySignature({ name, ...sources[form], signed: { content: other, blake2b512: other } });
    expect(act).toThrow(expect.objectContaining({ code: 'verification' }));
    expect(act).toThrow('the signature of x.img.gz is wrong');
  });

  it('notices a trusted comment that was changed', () => {
    const signature = sources.prehashed.signature.replace('file:x', 'file:y');
    expect(() => verifySignature({ name, ...sources.prehashed, signature })).toThrow(
      expect.objectContaining({
        message: 'the trusted comment in the signature of x.img.gz was changed',
        code: 'verification',
      }),
    );
  });

  it('notices every changed character of a signature, but for the untrusted comment', () => {
    for (const form of kinds) {
      const whole = sources[form].signature;
      const from = whole.indexOf('\n');
      fc.assert(
        fc.property(
          fc.integer({ min: from, max: whole.trimEnd().length - 1 }),
          fc.constantFrom('A', '=', 'z', '', ' x'),
          (at, to) => {
            fc.pre(whole[at] !== to);
            const signature = whole.slice(0, at) + to + whole.slice(at + 1);
            expect(() => verifySignature({ name, ...sources[form], signature })).toThrow(Failure);
          },
        ),
        { numRuns: 60 },
      );
    }
  });

  it.each([
    ['nothing', ''],
    ['a web page', '<html>\n</html>\n'],
    ['a public key', pair.publicText],
    ['half of a hashed one', sources.prehashed.signature.split('\n').slice(0, 2).join('\n')],
    ['three lines of four', sources.legacy.signature.split('\n').slice(0, 3).join('\n')],
    ['one with more behind it', `${sources.legacy.signature}more\n`],
  ])('refuses %s for a signature', (_, signature) => {
    expect(() => verifySignature({ name, ...sources.usign, signature })).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^this is no signature of usign, signify or minisign: /) as string,
        code: 'verification',
      }),
    );
  });

  it.each([
    ['a private key', usign.privateKey],
    ['a signature', sources.usign.signature],
    ['a key of SSH', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI me@here\n'],
    ['damaged base64', pair.publicText.replace(/.\n$/, '!\n')],
  ])('refuses %s for a public key', (_, publicKey) => {
    expect(() => verifySignature({ name, ...sources.usign, publicKey })).toThrow(
      expect.objectContaining({
        message: 'this is no public key of usign, signify or minisign: it has other content',
        code: 'usage',
      }),
    );
  });

  it('is a bug to be given the wrong thing to verify', () => {
    expect(() => verifySignature({ name, ...sources.legacy, signed: { blake2b512 } })).toThrow(TypeError);
    expect(() => verifySignature({ name, ...sources.prehashed, signed: { content } })).toThrow(TypeError);
  });
});

describe('neededContent', () => {
  const limit = 512 * 1024 * 1024;

  it('says what has to be read', () => {
    expect(neededContent(sources.usign.signature, name, limit)).toBe('content');
    expect(neededContent(sources.legacy.signature, name, 5)).toBe('content');
    expect(neededContent(sources.prehashed.signature, name, 100 * limit)).toBe('blake2b512');
  });

  it('refuses what does not fit into memory', () => {
    expect(() => neededContent(sources.usign.signature, name, limit + 1)).toThrow(
      'x.img.gz is too large to verify: 512.0 MiB, and such a signature wants all of it in memory',
    );
  });
});
