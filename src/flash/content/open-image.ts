import type { FilterWords } from '../../effects/filter.js';
import type { ImageFile } from '../../effects/image-file.js';
import { detectFormat, type ImageFormat } from '../image/format.js';
import { readTrailers, type Trailers } from '../image/fwtool.js';
import { readGzipTrailer, sizeHint } from '../image/gzip.js';
import { extentsOf, parseVdi } from '../image/vdi.js';
import { zstdSize } from '../image/zstd.js';
import type { ImageContent } from '../write/disk-flash.js';
import { inflate } from './inflate.js';
import { readVdi } from './read-vdi.js';

/** What reading images needs from outside. */
export interface ImageHelp {
  open: (path: string) => Promise<ImageFile>;
  /** Sends bytes through a program. */
  filter: (words: FilterWords, input: AsyncIterable<Buffer>, signal: AbortSignal) => AsyncIterable<Buffer>;
  /** How long an xz file's content is in bytes, by its index; undefined when that cannot be told. */
  xzSize: (path: string, signal: AbortSignal) => Promise<number | undefined>;
}

/** An image, open for reading. */
export interface OpenImage extends ImageContent {
  path: string;
  format: ImageFormat;
  /** The file itself, packed as it is. */
  file: ImageFile;
  trailers: Trailers;
  /** The content; `isChecked` has everything checked on the way that the format can check. */
  readChecked: (signal: AbortSignal, isChecked: boolean) => AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** How the content is got at, by format. */
interface Access {
  size: number | undefined;
  read: OpenImage['readChecked'];
}

type Opener = (file: ImageFile, end: number, help: ImageHelp, signal: AbortSignal) => Promise<Access>;

const openers: Readonly<Record<ImageFormat, Opener>> = {
  raw: (file, end) => Promise.resolve({ size: end, read: () => file.stream(0, end) }),
  async gzip(file, end) {
    const { isize } = await readGzipTrailer(file, end, file.path);
    const hint = sizeHint(isize, end);
    return { size: hint.bytes, read: (_signal, isChecked) => inflate(file, end, isChecked) };
  },
  async xz(file, end, { filter, xzSize }, signal) {
    // Something behind the stream hides the index from xz.
    const size = end === file.size ? await xzSize(file.path, signal) : undefined;
    const read: Access['read'] = (stop) =>
      filter(['xz', '--decompress', '--stdout', '--threads=2'], file.stream(0, end), stop);
    return { size, read };
  },
  async zstd(file, end, { filter }) {
    const size = zstdSize(await file.read(0, 18));
    const read: Access['read'] = (stop) =>
      filter(['zstd', '--decompress', '--stdout', '--quiet'], file.stream(0, end), stop);
    return { size, read };
  },
  async vdi(file) {
    const layout = parseVdi(await file.read(0, 512), file.size);
    const extents = extentsOf(layout, await file.read(layout.mapOffset, layout.mapBytes));
    return { size: layout.diskBytes, read: () => readVdi(file, extents) };
  },
};

/**
 * Opens an image: finds out what it is, and reads what stands around its content.
 *
 * @throws Failure when it is none, or damaged where it can be seen without unpacking it
 */
export async function openImage(
  path: string,
  help: ImageHelp,
  allowAny: boolean,
  signal: AbortSignal,
): Promise<OpenImage> {
  const file = await help.open(path);
  try {
    const format = detectFormat(await file.read(0, 64 * 1024), path, { allowAny });
    const trailers = await readTrailers(file, path);
    const { size, read } = await openers[format](file, trailers.payloadEnd, help, signal);
    return {
      path,
      format,
      file,
      trailers,
      size,
      readChecked: read,
      // Once it has been checked, or its hash was right, it is not checked over and over.
      read: (stop) => read(stop, false),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}
