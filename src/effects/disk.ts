import { constants } from 'node:fs';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { Failure } from '../core/failure.js';
import { formatBytes } from '../core/units.js';
import { majorMinorOf } from './device-number.js';
import { codeOf, errnoWords } from './errno-words.js';
import type { Runner } from './runner.js';

/** Something an image is written to: a disk, or a file that stands for one. Offsets and lengths are bytes. */
export interface Disk {
  readonly path: string;
  readonly kind: 'disk' | 'file';
  /** Bytes; a file grows, so it has none. */
  readonly size: number | undefined;
  /** The smallest piece that can be written. */
  readonly sectorSize: number;
  /** True when reading bypasses the cache: what comes back was on the medium. */
  readonly isDirect: boolean;
  /** Fills the buffer, which is aligned, as are offset and length on a disk; behind a file's end there are zeros. */
  read(buffer: Buffer, offset: number): Promise<void>;
  write(buffer: Buffer, offset: number): Promise<void>;
  /** Has everything written so far put on the medium. */
  sync(): Promise<void>;
  /** Makes the range read as zeros without writing them; false when the disk cannot: what is there then, nobody knows. */
  zero(offset: number, length: number): Promise<boolean>;
  /** Cuts or grows a file to its final length; nothing on a disk. */
  setLength(length: number): Promise<void>;
  close(): Promise<void>;
}

/** How long one read or write may take: a stick that hangs is told, not waited for. */
const answerMs = 60_000;

const diskWords = {
  ENOSPC: 'the disk ends there, or is full',
  EIO: 'the disk reports an input/output error',
  ENXIO: 'the disk is gone',
  ENODEV: 'the disk is gone',
  ENOMEDIUM: 'there is no medium in the drive',
  EROFS: 'it is write-protected',
  EPERM: 'writing is not permitted',
  EREMOTEIO: 'the disk reports an input/output error',
  ENOLINK: 'the disk is gone',
  ETIMEDOUT: 'the disk does not answer',
};

function faultOf(verb: string, path: string, offset: number, why: string, cause?: unknown): Failure {
  return new Failure(`${path} could not be ${verb} at ${offset} (${formatBytes(offset)}): ${why}`, {
    code: 'verification',
    cause,
  });
}

/** Waits for an answer of the disk, but not for ever. */
async function answered<T>(work: Promise<T>, late: () => Failure): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(late());
    }, answerMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

class OpenDisk implements Disk {
  readonly path: string;
  readonly kind: Disk['kind'];
  readonly size: number | undefined;
  readonly sectorSize: number;
  readonly isDirect: boolean;
  readonly #file: FileHandle;
  readonly #run: Runner;

  constructor(
    path: string,
    facts: Pick<Disk, 'kind' | 'size' | 'sectorSize' | 'isDirect'>,
    file: FileHandle,
    run: Runner,
  ) {
    this.path = path;
    this.kind = facts.kind;
    this.size = facts.size;
    this.sectorSize = facts.sectorSize;
    this.isDirect = facts.isDirect;
    this.#file = file;
    this.#run = run;
  }

  async read(buffer: Buffer, offset: number): Promise<void> {
    await this.#transfer('read', buffer, offset, async (from, at) => {
      const { bytesRead } = await this.#file.read(buffer, from, buffer.length - from, at);
      if (bytesRead > 0 || this.kind === 'disk') return bytesRead;
      return buffer.fill(0, from).length - from;
    });
  }

  async write(buffer: Buffer, offset: number): Promise<void> {
    await this.#transfer('written', buffer, offset, async (from, at) => {
      return (await this.#file.write(buffer, from, buffer.length - from, at)).bytesWritten;
    });
  }

  async sync(): Promise<void> {
    try {
      await answered(this.#file.datasync(), () => faultOf('synced', this.path, 0, diskWords.ETIMEDOUT));
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw new Failure(
        `what was written to ${this.path} could not be put on the medium: ${errnoWords(error, diskWords)}`,
        { code: 'verification', cause: error },
      );
    }
  }

  async zero(offset: number, length: number): Promise<boolean> {
    // A file has just been made: what is not written is a hole.
    if (this.kind === 'file') return true;
    const args = ['--punch-hole', '--offset', String(offset), '--length', String(length), this.path];
    return (await this.#run.run({ file: 'fallocate', args, timeoutMs: answerMs })).exitCode === 0;
  }

  async setLength(length: number): Promise<void> {
    if (this.kind === 'file') await this.#file.truncate(length);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** A disk may take less than it was given: the rest is given again. */
  async #transfer(verb: string, buffer: Buffer, offset: number, move: (from: number, at: number) => Promise<number>) {
    for (let done = 0; done < buffer.length;) {
      const at = offset + done;
      let moved: number;
      try {
        moved = await answered(move(done, at), () => faultOf(verb, this.path, at, diskWords.ETIMEDOUT));
      } catch (error) {
        if (error instanceof Failure) throw error;
        throw faultOf(verb, this.path, at, errnoWords(error, diskWords), error);
      }
      if (moved === 0) throw faultOf(verb, this.path, at, 'the disk ends there');
      done += moved;
    }
  }
}

/** Direct I/O where the file system or the device can; tmpfs of older kernels cannot. */
async function openDirect(path: string, flags: number): Promise<{ file: FileHandle; isDirect: boolean }> {
  try {
    return { file: await open(path, flags | constants.O_DIRECT), isDirect: true };
  } catch (error) {
    if (codeOf(error) !== 'EINVAL') throw error;
    return { file: await open(path, flags), isDirect: false };
  }
}

async function sysfsNumber(device: number, name: string): Promise<number> {
  return Number((await readFile(`/sys/dev/block/${majorMinorOf(device)}/${name}`, 'utf8')).trim());
}

/**
 * Opens a disk for nobody else: exclusively, without any fallback. What holds it (a mount, LVM, another otb) makes
 * this fail with `busy`.
 *
 * @throws Failure when it cannot be opened
 */
export async function openBlockDevice(path: string, run: Runner): Promise<Disk> {
  let file: FileHandle | undefined;
  try {
    const opened = await openDirect(path, constants.O_RDWR | constants.O_EXCL);
    file = opened.file;
    const { rdev } = await file.stat();
    const facts = {
      kind: 'disk' as const,
      size: (await sysfsNumber(rdev, 'size')) * 512,
      sectorSize: await sysfsNumber(rdev, 'queue/logical_block_size'),
      isDirect: opened.isDirect,
    };
    return new OpenDisk(path, facts, file, run);
  } catch (error) {
    await file?.close();
    const code = codeOf(error);
    if (code === 'EBUSY') throw new Failure(`${path} is in use`, { code: 'busy', cause: error });
    const words = errnoWords(error, { ...diskWords, ENOENT: 'there is no such device', EPERM: 'permission denied' });
    throw new Failure(`${path} could not be opened: ${words}`, {
      code: code === 'EACCES' ? 'prerequisite' : 'usage',
      hint:
        code === 'EACCES'
          ? 'Writing to disks takes root: run the same with sudo.'
          : 'Look at `otb flash`, which lists the disks.',
      cause: error,
    });
  }
}

/** Makes a file that stands for a disk; what is not written of it is a hole. */
export async function openDiskFile(path: string, run: Runner): Promise<Disk> {
  const { file, isDirect } = await openDirect(path, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC);
  return new OpenDisk(path, { kind: 'file', size: undefined, sectorSize: 512, isDirect }, file, run);
}
