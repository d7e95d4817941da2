import { describe, expect, it } from 'vitest';
import { comparableHashes, differingArtifacts, imageKinds, kindOf, parseChecksums, parseUnsigned, type Artifact } from '../../../src/build/artifacts.js';

it.each([
  ['otb-embedded-x86-64-combined-ext4.img.gz', 'image'],
  ['openwrt-23.05.5-x86-64-generic-squashfs-combined-efi.img.gz', 'image'],
  ['otb-embedded-x86-64-combined-ext4.vdi', 'virtual-disk'],
  ['otb-embedded-x86-64-rootfs.tar.gz', 'rootfs'],
  ['otb-embedded-x86-64.manifest', 'manifest'],
  ['otb-embedded-x86-64.bom.cdx.json', 'sbom'],
  ['profiles.json', 'metadata'],
])('tells what %s is for', (name, kind) => {
  expect(kindOf(name)).toBe(kind);
});

it('reads sha256sums, with and without the binary mark, and skips what is no sum', () => {
  const one = 'a'.repeat(64);
  const two = 'b'.repeat(64);
  expect([...parseChecksums(`${one} *image.img.gz\n${two}  with space.json\nnot a sum\n`)]).toEqual([
    ['image.img.gz', one],
    ['with space.json', two],
  ]);
});

it('reads from profiles.json what the images are without their signatures', () => {
  const [signed, bare] = ['a'.repeat(64), 'b'.repeat(64)];
  const images = [
    { name: 'x.img.gz', sha256: signed, sha256_unsigned: bare, type: 'combined' },
    { name: 'x.vdi', sha256: bare, sha256_unsigned: bare },
    { name: 'old.img.gz', sha256: bare },
  ];
  expect([...parseUnsigned(JSON.stringify({ profiles: { generic: { images } }, target: 'x86/64' }))]).toEqual([['x.img.gz', bare]]);
  expect(parseUnsigned('').size).toBe(0);
  expect(parseUnsigned('{"profiles":[]}').size).toBe(0);
});

describe('two builds', () => {
  const image: Artifact = { name: 'x.img.gz', size: 1, sha256: 'signed once', unsignedSha256: 'bare', kind: 'image' };
  const list: Artifact = { name: 'x.manifest', size: 1, sha256: 'list', kind: 'manifest' };

  it('are the same whatever signatures and lists of checksums say', () => {
    const sums = (sha256: string): Artifact => ({ name: 'sha256sums', size: 1, sha256, kind: 'metadata' });
    const other: Artifact = { ...image, sha256: 'signed again' };
    expect(comparableHashes([image, list], imageKinds)).toEqual({ 'x.img.gz': 'bare' });
    expect(differingArtifacts([image, list, sums('one')], [other, list, sums('other')])).toEqual([]);
  });

  it('are told apart by each file that differs, or is there only once', () => {
    expect(differingArtifacts([image, list], [{ ...image, unsignedSha256: 'other' }])).toEqual(['x.img.gz', 'x.manifest']);
  });
});
