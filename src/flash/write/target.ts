import type { Disk } from '../../effects/disk.js';
import { Failure } from '../../core/failure.js';

/**
 * In what state a disk is. `untouched`: as it was found. `erased`: its beginning is zero, so that nothing boots from it
 * or mounts it, and more may be written behind that. `written`: the whole image is there.
 */
export type DiskState = 'untouched' | 'erased' | 'written';

/** What became of the bytes of an image on one disk. */
export interface WriteFigures {
  /** Bytes that were written. */
  written: number;
  /** Bytes that were there already, and were left alone. */
  same: number;
  /** Bytes of zeros that the disk made itself, or that a file leaves out. */
  zeroed: number;
}

const stateWords: Readonly<Record<DiskState, (path: string) => string>> = {
  untouched: (path) => `Nothing was written to ${path}.`,
  erased: (path) => `${path} cannot be used until it is flashed again: its beginning is empty, nothing boots from it.`,
  written: (path) => `The whole image was written to ${path}, but not proven: flash it again.`,
};

/** What people have to know about a disk after something went wrong. */
export function stateText({ path, kind }: Pick<Disk, 'path' | 'kind'>, state: DiskState): string {
  return kind === 'file' ? `${path} was not made.` : stateWords[state](path);
}

/** The same failure, with the state of the disk in its hint. */
export function withState(error: unknown, disk: Pick<Disk, 'path' | 'kind'>, state: DiskState): unknown {
  if (!(error instanceof Failure)) return error;
  const { message, code, hint, cause, lines } = error;
  const words = stateText(disk, state);
  return new Failure(message, { code, cause, lines, hint: hint === undefined ? words : `${words} ${hint}` });
}
