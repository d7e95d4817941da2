import { createHash } from 'node:crypto';
import type { ImageFile } from '../../effects/image-file.js';

/** The hash of a whole file that is open: what is read of it later is the same file. */
export async function hashFile(file: ImageFile, algorithm: string, signal: AbortSignal): Promise<Buffer> {
  const hash = createHash(algorithm);
  for await (const piece of file.stream(0, file.size)) {
    signal.throwIfAborted();
    hash.update(piece);
  }
  return hash.digest();
}
