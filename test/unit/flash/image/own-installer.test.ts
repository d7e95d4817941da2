import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InstallerScanner, installerReason, installerWarning } from '../../../../src/flash/image/own-installer.js';

describe('installerReason', () => {
  it.each([
    ['its name is overthebox-v1.1.3-x86-64.img.gz', { name: 'overthebox-v1.1.3-x86-64.img.gz' }],
    ['otb built it with the recipe overthebox', { name: 'x.img.gz', otbBuild: '{ "recipe": "overthebox" }' }],
    ['profiles.json calls it OverTheBox', { name: 'x.img.gz', profiles: '{"image_prefix": "overthebox-x86-64"}' }],
    ['its manifest has the package overthebox', { name: 'x.img.gz', manifest: 'bmon - 4\noverthebox - 0.9\n' }],
  ])('says %s', (reason, surroundings) => {
    expect(installerReason(surroundings)).toBe(reason);
  });

  it.each([
    { name: 'otb-embedded-x86-64-combined-ext4.img.gz' },
    { name: 'openwrt-23.05.5-x86-64-generic-ext4-combined.img.gz', profiles: '{"image_prefix": "openwrt-x86-64"}' },
    { name: 'x.img.gz', manifest: 'luci-app-overthebox - 1\n', otbBuild: '{ "recipe": "openwrt" }' },
    { name: 'overthebox.img.gz', otbBuild: '{ "recipe": "overthebox-2016" }' },
  ])('has none for $name', (surroundings) => {
    expect(installerReason(surroundings)).toBeUndefined();
  });
});

describe('InstallerScanner', () => {
  const traces = ['menuentry "OverTheBox', '\nTARGET=mmcblk0\n', '00_recovery'];

  function scan(content: Buffer, size: number, limit?: number): string | undefined {
    const scanner = new InstallerScanner(limit);
    const memory = Buffer.alloc(size);
    for (let at = 0; at < content.length; at += size) {
      const length = content.copy(memory, 0, at, at + size);
      scanner.push(memory.subarray(0, length));
      memory.fill(0);
    }
    return scanner.reason;
  }

  // Blocks about as long as a trace, too: then it lies across two of them, or three.
  const sizes = fc.oneof(fc.integer({ min: 1, max: 6000 }), fc.integer({ min: 15, max: 60 }));

  it('finds each trace, wherever it lies and however the content is cut', () => {
    fc.assert(
      fc.property(fc.constantFrom(...traces), fc.nat(5000), sizes, (trace, at, size) => {
        const content = Buffer.alloc(6000, 'T');
        content.write(trace, at);
        expect(scan(content, size)).toBeDefined();
        content.write('#', at + trace.length - 2);
        expect(scan(content, size)).toBeUndefined();
      }),
    );
  });

  it('says what it has seen', () => {
    const reasons = traces.map((trace) => scan(Buffer.from(`${'x'.repeat(100)}${trace}`), 50));
    expect(reasons).toEqual([
      "GRUB's menu says OverTheBox",
      'it has a script that takes mmcblk0 for its target',
      'it has a file 00_recovery',
    ]);
  });

  it('does not put together what a hole has parted', () => {
    const scanner = new InstallerScanner();
    scanner.push(Buffer.from('00_rec'));
    scanner.skip();
    scanner.push(Buffer.from('overy'));
    expect(scanner.reason).toBeUndefined();
  });

  it('looks no further than it was told', () => {
    const content = Buffer.concat([Buffer.alloc(1000), Buffer.from('00_recovery')]);
    expect(scan(content, 100, 1000)).toBeUndefined();
    expect(scan(content, 100, 1100)).toBeDefined();
  });
});

it('the warning says what happens, where, and how it does not', () => {
  const [first, ...rest] = installerWarning('its name is x');
  expect(first).toBe('WARNING: A MACHINE THAT STARTS FROM THIS DISK MAY OVERWRITE ITS OWN.');
  expect(rest.join(' ')).toMatch(/its name is x.*\/dev\/mmcblk0.*recovery=none/);
});
