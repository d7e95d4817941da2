import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { localRunner } from '../../../src/effects/local-runner.js';
import { withTemporaryFiles } from '../../../src/effects/temporary-files.js';
import { verifyPgp, type PgpClaim } from '../../../src/flash/content/check-pgp.js';
import { BmapCheck } from '../../../src/flash/image/bmap-check.js';
import { parseBmap } from '../../../src/flash/image/bmap.js';
import { findChecksum } from '../../../src/flash/image/checksums.js';
import { neededContent, verifySignature } from '../../../src/flash/image/signatures.js';
import { describeWith, program } from '../../support/needs.js';

const directory = mkdtempSync(join(tmpdir(), 'otb-image-trust-'));
const path = (name: string) => join(directory, name);
const text = (name: string) => readFileSync(path(name), 'utf8');
const run = (file: string, ...args: string[]) => execa(file, args, { cwd: directory, env: { LC_ALL: 'C' } });

const name = 'x.img';
const content = Buffer.from('what an image holds\n'.repeat(5000));
const blake2b512 = createHash('blake2b512').update(content).digest();
writeFileSync(path(name), content);

afterAll(() => {
  rmSync(directory, { recursive: true });
});

describeWith([program('sha256sum')], 'the lists of sha256sum', () => {
  const names = ['two words.img', 'back\\slash.img', 'line\nend.img', '*star.img', ' x.img'];

  it.each([['-b'], ['-t'], ['--tag']])('%s name each file, whatever it is called', async (option) => {
    for (const one of names) writeFileSync(path(one), one);
    const { stdout: sha256sums } = await run('sha256sum', option, '--', name, ...names);
    const found = names.map((imageName) => findChecksum({ imageName, sha256sums })?.sha256);
    expect(found).toEqual(names.map((one) => createHash('sha256').update(one).digest('hex')));
  });
});

describeWith([program('signify-openbsd')], 'signatures of signify', () => {
  beforeAll(async () => {
    for (const who of ['maker', 'other']) {
      await run('signify-openbsd', '-G', '-n', '-p', `${who}.pub`, '-s', `${who}.sec`);
    }
    await run('signify-openbsd', '-S', '-s', 'maker.sec', '-m', name, '-x', 'x.img.sig');
  });

  it('are believed, and those of others are not', () => {
    const claim = { name, signature: text('x.img.sig'), publicKey: text('maker.pub'), signed: { content } };
    expect(neededContent(claim.signature, name, content.length)).toBe('content');
    expect(verifySignature(claim).kind).toBe('usign');
    expect(() => verifySignature({ ...claim, publicKey: text('other.pub') })).toThrow(
      'x.img was signed by another key',
    );
    const signed = { content: content.subarray(1) };
    expect(() => verifySignature({ ...claim, signed })).toThrow('the signature of x.img is wrong');
  });
});

describeWith([program('minisign')], 'signatures of minisign', () => {
  beforeAll(async () => {
    for (const who of ['own', 'else']) await run('minisign', '-G', '-W', '-p', `${who}.pub`, '-s', `${who}.key`);
    const sign = ['-S', '-s', 'own.key', '-m', name, '-t', 'the first of May'];
    await run('minisign', ...sign, '-l', '-x', 'legacy.minisig');
    await run('minisign', ...sign, '-H', '-x', 'hashed.minisig');
  });

  it.each([
    ['legacy', { content }, 'content'],
    ['hashed', { blake2b512 }, 'blake2b512'],
  ] as const)('are believed, and those of others are not: %s', (form, signed, needed) => {
    const claim = { name, signature: text(`${form}.minisig`), publicKey: text('own.pub'), signed };
    expect(neededContent(claim.signature, name, content.length)).toBe(needed);
    const keyNumber = /public key ([0-9A-F]{16})/.exec(claim.publicKey)![1];
    expect(verifySignature(claim)).toEqual({ kind: 'minisign', keyNumber, trustedComment: 'the first of May' });
    expect(() => verifySignature({ ...claim, publicKey: text('else.pub') })).toThrow('x.img was signed by another key');
    const signature = claim.signature.replace('first', 'third');
    expect(() => verifySignature({ ...claim, signature })).toThrow('the trusted comment in the signature of x.img');
  });
});

describeWith([program('gpg'), program('gpgv')], 'signatures of PGP', () => {
  const gpg = (...args: string[]) => run('gpg', '--homedir', path('gnupg'), '--batch', '--yes', ...args);
  const help = { run: localRunner, withFiles: withTemporaryFiles, signal: new AbortController().signal };
  const claim = (publicKey: string, signed: PgpClaim['signed']) =>
    verifyPgp({ name, signature: text('x.img.asc'), publicKey, signed }, help);

  beforeAll(async () => {
    mkdirSync(path('gnupg'), { mode: 0o700 });
    for (const who of ['maker', 'other']) {
      await gpg('--passphrase', '', '--quick-generate-key', `${who}@example.org`, 'ed25519', 'sign', 'never');
      writeFileSync(path(`${who}.asc`), (await gpg('--armor', '--export', `${who}@example.org`)).stdout);
    }
    await gpg('--local-user', 'maker@example.org', '--armor', '--output', 'x.img.asc', '--detach-sign', name);
  });
  afterAll(async () => {
    await execa('gpgconf', ['--homedir', path('gnupg'), '--kill', 'all'], { reject: false });
  });

  it('are believed, and those of others are not', async () => {
    const { kind, keyNumber } = await claim(text('maker.asc'), { path: path(name) });
    expect(kind).toBe('pgp');
    expect((await gpg('--list-keys', keyNumber)).stdout).toContain('maker@example.org');
    await expect(claim(text('maker.asc'), { text: String(content) })).resolves.toMatchObject({ keyNumber });
    await expect(claim(text('other.asc'), { path: path(name) })).rejects.toThrow('x.img was signed by another key');
    await expect(claim(text('maker.asc'), { text: 'something else' })).rejects.toThrow(
      'the signature of x.img is wrong',
    );
    await expect(claim(text('maker.asc').slice(0, 200), { path: path(name) })).rejects.toThrow('no whole public key');
  });

  it('that are damaged prove nothing', async () => {
    const damaged = { name, signature: 'no signature\n', publicKey: text('maker.asc'), signed: { path: path(name) } };
    await expect(verifyPgp(damaged, help)).rejects.toThrow('the signature of x.img is damaged');
  });
});

describeWith([program('bmaptool')], 'block maps of bmaptool', () => {
  const blockSize = 4096;
  // A shorter block at the end, and holes between what is written.
  const image = Buffer.alloc(600_001);

  beforeAll(async () => {
    await run('truncate', '-s', String(image.length), 'holes.img');
    for (const at of [0, 40_000, 300_000, 599_990]) {
      image.write(`at ${at}`, at);
      await run('sh', '-c', `printf %s "at ${at}" | dd of=holes.img bs=1 seek=${at} conv=notrunc status=none`);
    }
    await run('bmaptool', 'create', '-o', 'holes.bmap', 'holes.img');
    await run('bmaptool', 'create', '--no-checksum', '-o', 'plain.bmap', 'holes.img');
  });

  function check(content: Buffer): void {
    const checked = new BmapCheck(parseBmap(text('holes.bmap')));
    for (let at = 0; at < content.length; at += 10_000) checked.push(content.subarray(at, at + 10_000));
    checked.end();
  }

  it('are read, and what is not mapped is what has no content', () => {
    expect(readFileSync(path('holes.img')).equals(image)).toBe(true);
    const map = parseBmap(text('holes.bmap'));
    expect(map).toMatchObject({ version: '2.0', imageSize: image.length, blockSize, algorithm: 'sha256' });
    const isMapped = (block: number) => map.mapped.some(({ first, last }) => first <= block && block <= last);
    for (let block = 0; block * blockSize < image.length; block += 1) {
      const isZero = image.subarray(block * blockSize, (block + 1) * blockSize).every((byte) => byte === 0);
      if (!isZero) expect(isMapped(block), `block ${block}`).toBe(true);
    }
    expect(isMapped(50)).toBe(false);
  });

  it('agree with the image, and with no other', () => {
    expect(() => {
      check(image);
    }).not.toThrow();
    const changed = Buffer.from(image);
    changed.write('AT', 300_000);
    expect(() => {
      check(changed);
    }).toThrow('blocks 73 to 73 (bytes 299008 to 303103) differ');
    expect(() => {
      check(image.subarray(0, -1));
    }).toThrow('it ends after 600000 of 600001 bytes');
  });

  it('are read without checksums of the blocks, too', () => {
    const map = parseBmap(text('plain.bmap'));
    expect(map.mapped.every(({ digest }) => digest === undefined)).toBe(true);
    expect(map.mapped.length).toBe(parseBmap(text('holes.bmap')).mapped.length);
  });

  it('are refused when a bit has turned', () => {
    const damaged = text('holes.bmap').replace('<ImageSize> 600001', '<ImageSize> 600003');
    expect(() => parseBmap(damaged)).toThrow('its own checksum is wrong, so it is damaged');
  });
});
