import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const mebibyte = 1024 * 1024;

/** How an image is packed. */
export type Packing = 'img' | 'img.gz' | 'img.xz' | 'img.zst' | 'vdi';

/** Every one of them. */
export const packings: readonly Packing[] = ['img', 'img.gz', 'img.xz', 'img.zst', 'vdi'];

/** Bytes that nobody would take for zeros, always the same for the same words. */
export function noise(bytes: number, words: string): Buffer {
  return createHash('shake256', { outputLength: bytes }).update(words).digest();
}

/** An image of so many MiB with an MBR and two partitions: every fourth MiB holds something, the others are zero. */
export function mbrImage(mebibytes: number, words = 'an image'): Buffer {
  const bytes = Buffer.alloc(mebibytes * mebibyte);
  for (let at = 0; at < mebibytes; at += 4) noise(mebibyte, `${words} ${at}`).copy(bytes, at * mebibyte);
  bytes.fill(0, 446, 510);
  const partition = (number: number, type: number, first: number, count: number) => {
    const at = 446 + (number - 1) * 16;
    bytes.writeUInt8(type, at + 4);
    bytes.writeUInt32LE(first, at + 8);
    bytes.writeUInt32LE(count, at + 12);
  };
  partition(1, 0x83, 2048, 4096);
  partition(2, 0x83, 8192, mebibytes * 2048 - 8192);
  bytes.writeUInt16LE(0xaa55, 510);
  return bytes;
}

/** Writes an image in a form of its own. */
export function writeImage(path: string, content: Buffer, packing: Packing): void {
  switch (packing) {
    case 'img':
      writeFileSync(path, content);
      return;
    case 'img.gz':
      writeFileSync(path, gzipSync(content, { level: 1 }));
      return;
    case 'img.xz':
      writeFileSync(path, execFileSync('xz', ['-0', '-c'], { input: content, maxBuffer: 1 << 30 }));
      return;
    case 'img.zst':
      writeFileSync(path, execFileSync('zstd', ['-1', '-c', '-q'], { input: content, maxBuffer: 1 << 30 }));
      return;
    case 'vdi':
      writeFileSync(`${path}.raw`, content);
      execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'vdi', `${path}.raw`, path]);
      execFileSync('rm', [`${path}.raw`]);
  }
}
