import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, it } from 'vitest';
import { generateKeys, isSignedBy, signContent } from '../../../src/core/usign.js';
import { describeWith, program } from '../../support/needs.js';

describeWith([program('signify-openbsd')], 'keys and signatures beside those of signify', () => {
  const directory = mkdtempSync(join(tmpdir(), 'otb-signify-'));
  const path = (name: string) => join(directory, name);
  const content = Buffer.from('0f *openwrt.img.gz\n');
  const signify = (...args: string[]) => execa('signify-openbsd', args, { reject: false, all: true });
  writeFileSync(path('sha256sums'), content);
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('signify believes ours, and not one for something else', async () => {
    const keys = generateKeys();
    writeFileSync(path('build.pub'), keys.publicKey);
    writeFileSync(path('ours.sig'), signContent(content, keys.privateKey));
    const verify = () => signify('-V', '-p', path('build.pub'), '-m', path('sha256sums'), '-x', path('ours.sig'));
    expect((await verify()).all).toBe('Signature Verified');
    writeFileSync(path('ours.sig'), signContent(Buffer.from('other'), keys.privateKey));
    expect((await verify()).exitCode).toBe(1);
  });

  it('signify signs with our key as we do', async () => {
    const keys = generateKeys();
    writeFileSync(path('build.sec'), keys.privateKey);
    await signify('-S', '-s', path('build.sec'), '-m', path('sha256sums'), '-x', path('theirs.sig'));
    const [, theirs] = readFileSync(path('theirs.sig'), 'utf8').split('\n');
    expect(signContent(content, keys.privateKey).split('\n')[1]).toBe(theirs);
  });

  it('we believe a key and a signature of signify', async () => {
    await signify('-G', '-n', '-p', path('their.pub'), '-s', path('their.sec'));
    await signify('-S', '-s', path('their.sec'), '-m', path('sha256sums'), '-x', path('theirs.sig'));
    const read = (name: string) => readFileSync(path(name), 'utf8');
    expect(isSignedBy(content, read('theirs.sig'), read('their.pub'))).toBe(true);
    expect(signContent(content, read('their.sec')).split('\n')[1]).toBe(read('theirs.sig').split('\n')[1]);
  });
});
