import type { ImageFile } from '../../effects/image-file.js';
import type { VdiExtent } from '../image/vdi.js';

const pieceBytes = 1024 * 1024;
const zeros = Buffer.alloc(pieceBytes);

/** The disk that a VDI holds, from its beginning to its end. */
export async function* readVdi(file: ImageFile, extents: readonly VdiExtent[]): AsyncGenerator<Buffer> {
  for (const { fileOffset, length } of extents) {
    if (fileOffset === undefined) {
      for (let at = 0; at < length; at += pieceBytes) yield zeros.subarray(0, Math.min(pieceBytes, length - at));
    } else {
      yield* file.stream(fileOffset, fileOffset + length);
    }
  }
}
