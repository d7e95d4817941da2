import type { Disk } from '../../src/effects/disk.js';

/** A disk in memory, that keeps what was done to it, and fails where it is told to. */
export class MemoryDisk implements Disk {
  readonly path = '/dev/fake';
  readonly kind: Disk['kind'];
  readonly sectorSize = 512;
  readonly isDirect = true;
  readonly bytes: Buffer;
  /** What was asked of it, in order: `write 0+1048576`, `sync`, `zero 0+4096`. */
  readonly log: string[] = [];
  /** Whether it zeroes ranges by itself. */
  canZero = true;
  /** Called before each write; throws where the disk is broken. */
  beforeWrite: (offset: number, length: number) => void = () => undefined;
  /** Changes what was read, as a broken disk does. */
  afterRead: (buffer: Buffer, offset: number) => void = () => undefined;

  constructor(bytes: Buffer, kind: Disk['kind'] = 'disk') {
    this.bytes = bytes;
    this.kind = kind;
  }

  get size(): number | undefined {
    return this.kind === 'disk' ? this.bytes.length : undefined;
  }

  read(buffer: Buffer, offset: number): Promise<void> {
    buffer.fill(0);
    this.bytes.copy(buffer, 0, offset, offset + buffer.length);
    this.afterRead(buffer, offset);
    return Promise.resolve();
  }

  async write(buffer: Buffer, offset: number): Promise<void> {
    await Promise.resolve();
    this.beforeWrite(offset, buffer.length);
    this.log.push(`write ${offset}+${buffer.length}`);
    buffer.copy(this.bytes, offset);
  }

  sync(): Promise<void> {
    this.log.push('sync');
    return Promise.resolve();
  }

  zero(offset: number, length: number): Promise<boolean> {
    if (!this.canZero) return Promise.resolve(false);
    this.log.push(`zero ${offset}+${length}`);
    this.bytes.fill(0, offset, offset + length);
    return Promise.resolve(true);
  }

  setLength(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** How many bytes were written, all writes together. */
  get writtenBytes(): number {
    return this.log
      .filter((line) => line.startsWith('write'))
      .reduce((sum, line) => sum + Number(line.split('+')[1]), 0);
  }
}
