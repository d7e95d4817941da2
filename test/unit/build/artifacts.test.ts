import { expect, it } from 'vitest';
import { kindOf, parseChecksums } from '../../../src/build/artifacts.js';

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
