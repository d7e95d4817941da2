import type { RandomAccess } from '../../../../src/flash/image/random-access.js';

/** A file in memory that remembers how it was read. */
export interface MemoryFile extends RandomAccess {
  reads: { offset: number; length: number }[];
}

/** Serves bytes as a file, as the real one does. */
export function memoryFile(bytes: Buffer): MemoryFile {
  const reads: MemoryFile['reads'] = [];
  return {
    size: bytes.length,
    reads,
    read(offset, length) {
      reads.push({ offset, length });
      return Promise.resolve(bytes.subarray(offset, offset + length));
    },
  };
}
