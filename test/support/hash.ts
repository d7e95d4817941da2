import { readFileSync } from 'node:fs';
import { sha256Of } from '../../src/core/sha256.js';

/** A file's SHA-256, in hexadecimal. */
export function sha256OfFile(path: string): string {
  return sha256Of(readFileSync(path));
}
