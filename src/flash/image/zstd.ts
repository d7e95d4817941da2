const magic = 0xfd2fb528;

/** How many bytes the frame header uses for the content's length, by its two highest bits. */
const lengthBytes = [0, 2, 4, 8] as const;
const dictionaryBytes = [0, 1, 2, 4] as const;

/**
 * How long the content of a zstd file is, as its first frame says (RFC 8878, 3.1.1.1): a hint, since there may be more
 * frames. Undefined when it does not say.
 *
 * @param head the file's first 18 bytes
 */
export function zstdSize(head: Buffer): number | undefined {
  if (head.length < 18 || head.readUInt32LE(0) !== magic) return undefined;
  const descriptor = head.readUInt8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const bytes = descriptor >> 6 === 0 && isSingleSegment ? 1 : lengthBytes[(descriptor >> 6) as 0 | 1 | 2 | 3];
  const at = 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes[(descriptor & 3) as 0 | 1 | 2 | 3];
  switch (bytes) {
    case 0:
      return undefined;
    case 1:
      return head.readUInt8(at);
    case 2:
      // Shorter lengths have the form above.
      return head.readUInt16LE(at) + 256;
    case 4:
      return head.readUInt32LE(at);
    case 8:
      return Number(head.readBigUInt64LE(at));
  }
}
