import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/core/failure.js';
import { detectFormat, verifyBootable } from '../../../../src/flash/image/format.js';

const size = 64 * 1024;

/** A head with bytes in some places; zeros elsewhere. */
function head(places: Record<number, string | number[]>): Buffer {
  const bytes = Buffer.alloc(size);
  for (const [at, content] of Object.entries(places)) {
    (typeof content === 'string' ? Buffer.from(content, 'latin1') : Buffer.from(content)).copy(bytes, Number(at));
  }
  return bytes;
}

const boot = { 510: [0x55, 0xaa] };

function refusal(act: () => unknown): Failure {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('detectFormat', () => {
  it.each([
    ['gzip', gzipSync('x')],
    ['xz', head({ 0: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0] })],
    ['zstd', head({ 0: [0x28, 0xb5, 0x2f, 0xfd] })],
    ['zstd', head({ 0: [0x50, 0x2a, 0x4d, 0x18] })],
    ['vdi', head({ 0x40: [0x7f, 0x10, 0xda, 0xbe] })],
    ['raw', head(boot)],
    ['raw', head({ ...boot, 0: [0xeb, 0x63, 0x90] })],
    ['raw', head({ 512: 'EFI PART' })],
    ['raw', head({ 4096: 'EFI PART' })],
    ['raw', head({ ...boot, 32769: 'CD001' })],
    ['raw', head({ ...boot, 1080: [0x53, 0xef] })],
  ])('tells %s from the content, whatever the name is', (format, bytes) => {
    expect(detectFormat(bytes, 'disk.zip')).toBe(format);
  });

  it.each([
    ['a zip archive', head({ 0: 'PK\x03\x04' })],
    ['packed by bzip2', head({ 0: 'BZh91AY' })],
    ['packed by lzma', head({ 0: [0x5d, 0, 0, 0x80] })],
    ['packed by lz4', head({ 0: [4, 0x22, 0x4d, 0x18] })],
    ['a virtual disk of QEMU (qcow2)', head({ 0: 'QFI\xfb' })],
    ['a virtual disk of VMware (VMDK)', head({ 0: 'KDMV' })],
    ['a virtual disk of VMware (VMDK)', Buffer.from('# Disk DescriptorFile\nversion=1\n')],
    ['a virtual disk of Hyper-V', head({ 0: 'vhdxfile' })],
    ['an image for sysupgrade (a tar archive)', head({ 0: 'sysupgrade-vendor_board/', 257: 'ustar' })],
    ['a tar archive', head({ 0: './etc/', 257: 'ustar' })],
    ['a web page', Buffer.from('\n<!DOCTYPE html>\n<html><title>404</title>')],
    ['a web page', Buffer.from('\ufeff<!-- a page --><HTML lang="en">')],
    ['an XML document', Buffer.from('<?xml version="1.0"?><Error>')],
    ['a JSON document', Buffer.from('{"message": "Not Found"}')],
    ['a JSON document', Buffer.from('[]')],
    ['a pointer of Git LFS', Buffer.from('version https://git-lfs.github.com/spec/v1\n')],
    ['a signature or key in text form', Buffer.from('untrusted comment: x\nRWQ=\n')],
  ])('refuses %s, whatever is allowed', (what, bytes) => {
    for (const allowAny of [false, true]) {
      const failure = refusal(() => detectFormat(bytes, 'x.img', { allowAny }));
      expect(failure.message).toBe(`x.img is no disk image: it is ${what}`);
      expect(failure.code).toBe('usage');
      expect(failure.hint).not.toContain('--allow-any-content');
    }
  });

  it.each([
    ['it is a squashfs file system without a partition table', head({ 0: 'hsqs' })],
    ['it is an ext4 file system without a partition table', head({ 1080: [0x53, 0xef] })],
    ['it is an image for raw flash memory (UBI)', head({ 0: 'UBI#' })],
    ['it is a CD image (ISO 9660) that boots from no disk', head({ 32769: 'CD001' })],
    ['it is a Linux kernel', head({ ...boot, 514: 'HdrS' })],
    ['it is a kernel (uImage)', head({ 0: [0x27, 5, 0x19, 0x56] })],
    ['it is a text', Buffer.from('Détails à venir\n')],
    ['it begins with nothing but zeros', head({})],
    ['it has 511 bytes, and one sector is 512', head({}).subarray(0, 511)],
    ['its first sector has no boot signature (55 AA), and no GPT follows', head({ 0: [1], 510: [0xaa, 0x55] })],
  ])('refuses raw content without --allow-any-content: %s', (why, bytes) => {
    const failure = refusal(() => detectFormat(bytes, 'x.img'));
    expect(failure.message).toBe(`x.img is no disk image: ${why}`);
    expect(failure.code).toBe('refused');
    expect(failure.hint).toContain('`--allow-any-content`');
    expect(detectFormat(bytes, 'x.img', { allowAny: true })).toBe('raw');
  });

  it('refuses an empty file, whatever is allowed', () => {
    expect(() => detectFormat(Buffer.alloc(0), 'x.img', { allowAny: true })).toThrow('x.img is empty');
  });

  it('takes nothing from a name but its letters', () => {
    expect(() => detectFormat(Buffer.alloc(0), 'x\u001b[2J\u202e.img')).toThrow(/^x\.img is empty$/);
  });

  it('says something about any content', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.boolean(), (bytes, allowAny) => {
        try {
          detectFormat(Buffer.from(bytes), 'x', { allowAny });
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
        }
      }),
    );
  });
});

describe('verifyBootable', () => {
  const options = { name: 'x.img.gz', allowAny: false };

  it('takes a first sector alone', () => {
    expect(() => {
      verifyBootable(head(boot).subarray(0, 512), options);
    }).not.toThrow();
  });

  it.each([
    ['gzip inside of another packing', gzipSync(Buffer.alloc(2000, 'x'))],
    ['vdi inside of another packing', head({ 0x40: [0x7f, 0x10, 0xda, 0xbe] })],
    ['a tar archive', head({ 257: 'ustar' }).subarray(0, 512)],
  ])('refuses %s in what was unpacked', (what, bytes) => {
    const failure = refusal(() => {
      verifyBootable(bytes, { ...options, allowAny: true });
    });
    expect(failure.message).toBe(`x.img.gz is no disk image: it is ${what}`);
  });
});
