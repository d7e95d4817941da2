import { crc32 } from 'node:zlib';

/** What a trailer says of itself, where a test wants it to lie. */
export interface TrailerLies {
  type?: number;
  size?: number;
  crc?: number;
  pad?: number;
}

/** Appends one part as fwtool does: the data, then 16 bytes that say what they are. */
export function appendTrailer(
  image: Buffer,
  type: 'signature' | 'metadata',
  data: Buffer,
  lies: TrailerLies = {},
): Buffer {
  const body = Buffer.concat([image, ...(type === 'metadata' ? [Buffer.alloc(8)] : []), data]);
  const trailer = Buffer.alloc(16);
  trailer.write('FWx0', 0, 'latin1');
  trailer.writeUInt32BE(lies.crc ?? (crc32(body) ^ 0xffffffff) >>> 0, 4);
  trailer.writeUInt8(lies.type ?? (type === 'metadata' ? 1 : 0), 8);
  trailer.writeUInt8(lies.pad ?? 0, 10);
  trailer.writeUInt32BE(lies.size ?? body.length - image.length + 16, 12);
  return Buffer.concat([body, trailer]);
}

/** What OpenWrt puts behind an image for a router. */
export const sampleMetadata = {
  metadata_version: '1.1',
  compat_version: '1.0',
  supported_devices: ['vendor,board'],
  version: {
    dist: 'OpenWrt',
    version: '23.05.5',
    revision: 'r24106',
    target: 'mediatek/filogic',
    board: 'vendor_board',
  },
};

/** The four forms in which images are found. */
export function fourForms(payload: Buffer): Record<'bare' | 'metadata' | 'signature' | 'both', Buffer> {
  const metadata = appendTrailer(payload, 'metadata', Buffer.from(JSON.stringify(sampleMetadata)));
  const signature = Buffer.from('untrusted comment: signed\nRWQ=\n');
  return {
    bare: payload,
    metadata,
    signature: appendTrailer(payload, 'signature', signature),
    both: appendTrailer(metadata, 'signature', signature),
  };
}
