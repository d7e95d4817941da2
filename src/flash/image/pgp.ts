import { Failure } from '../../core/failure.js';
import { plainLine } from '../../core/terminal-text.js';

const keyBegin = '-----BEGIN PGP PUBLIC KEY BLOCK-----';

/** Whether a public key's text is one of PGP, as `gpg --armor --export` writes it. */
export function isPgpKey(text: string): boolean {
  return text.trimStart().startsWith(keyBegin);
}

/**
 * What gpgv wants of a public key: its bytes, out of the armor (RFC 9580, section 6).
 *
 * @throws Failure (usage) when it is damaged
 */
export function pgpKeyBytes(text: string): Buffer {
  const block = /-----BEGIN PGP PUBLIC KEY BLOCK-----\n([^]*?)-----END PGP PUBLIC KEY BLOCK-----/g;
  const bytes = Array.from(text.replaceAll('\r', '').matchAll(block), ([, body = '']) => blockBytes(body));
  if (bytes.length > 0 && bytes.every(({ length }) => length > 0)) return Buffer.concat(bytes);
  throw new Failure('this is no whole public key of PGP', {
    code: 'usage',
    hint: 'Export it once more: gpg --armor --export KEY > key.asc',
  });
}

/** Headers end with an empty line; the last line may be a checksum, which begins with `=`. */
function blockBytes(body: string): Buffer {
  const [, data = ''] = /^(?:\S+: .*\n)*\n([^]*)$/.exec(body) ?? [];
  const base64 = data.replace(/\n=\S{4}\s*$/, '').replace(/\s/g, '');
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : Buffer.alloc(0);
}

/** What a status line of gpgv says about a file. */
const verdicts: Readonly<Record<string, (name: string, key: string) => [message: string, hint: string]>> = {
  BADSIG: (name, key) => [
    `the signature of ${name} is wrong: it is not what key ${key} signed`,
    'Fetch both files again.',
  ],
  NO_PUBKEY: (name, key) => [
    `${name} was signed by another key: by ${key}`,
    'Give the public key of those who made the image.',
  ],
  EXPSIG: (name, key) => [`the signature of ${name} by key ${key} has expired`, 'Ask its maker for a new one.'],
  EXPKEYSIG: (name, key) => [`key ${key}, which signed ${name}, has expired`, 'Ask its maker for a new signature.'],
  REVKEYSIG: (name, key) => [`key ${key}, which signed ${name}, was revoked`, 'Do not use the image.'],
  NODATA: (name) => [`the signature of ${name} is damaged`, 'Fetch it again.'],
};

/**
 * Reads what gpgv says of a signature on its status channel (`DETAILS` of GnuPG).
 *
 * @param status its status lines
 * @param exitCode 0 only when every signature is good
 * @returns the fingerprint of the key that has signed
 * @throws Failure (verification) when anything else is said
 */
export function readGpgvStatus(name: string, status: string, exitCode: number | null): string {
  const said = status.split('\n').flatMap((line) => {
    const [, word, key] = /^\[GNUPG:\] (\w+)(?: (\w+))?/.exec(line) ?? [];
    return word === undefined ? [] : [{ word, key: key ?? '' }];
  });
  for (const { word, key } of said) {
    const verdict = verdicts[word]?.(name, key);
    if (verdict) throw new Failure(verdict[0], { code: 'verification', hint: verdict[1] });
  }
  const valid = said.filter(({ word }) => word === 'VALIDSIG');
  const [first] = valid;
  if (exitCode === 0 && first && valid.length === 1) return first.key;
  throw new Failure(`gpgv does not vouch for the signature of ${name}`, {
    code: 'verification',
    lines: status.trim().split('\n').slice(-10).map(plainLine),
    hint: 'Fetch the signature again.',
  });
}
