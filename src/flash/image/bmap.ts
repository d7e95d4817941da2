import { createHash } from 'node:crypto';
import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { Failure, messageOf } from '../../core/failure.js';

/** Blocks of the image that hold something, one behind the other. */
export interface BmapRange {
  /** The first block, counted from 0. */
  first: number;
  /** The last block; it belongs to the range. */
  last: number;
  /** Hexadecimal, by the map's algorithm; absent in a map made without checksums. */
  digest?: string;
}

/** What bmaptool's file beside an image says. Blocks in no range hold nothing that matters. */
export interface Bmap {
  /** `1.3`, `1.4`, `2.0`. */
  version: string;
  /** Bytes; the last block may be shorter. */
  imageSize: number;
  /** Bytes. */
  blockSize: number;
  algorithm: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  /** In the image's order, without overlaps. */
  mapped: readonly BmapRange[];
}

const algorithms: readonly string[] = ['sha1', 'sha256', 'sha384', 'sha512'] satisfies Bmap['algorithm'][];
const largestBlock = 1024 * 1024 * 1024;

function wrong(why: string, cause?: unknown): Failure {
  return new Failure(`the block map cannot be used: ${why}`, {
    code: 'verification',
    hint: 'Fetch the .bmap file again, or make it again: `bmaptool create IMAGE > IMAGE.bmap`.',
    cause,
  });
}

function rootOf(text: string): XmlElement {
  let root: XmlElement | null;
  try {
    ({ root } = parseXml(text, { includeOffsets: true }));
  } catch (error) {
    // Only its first line: the others quote the file.
    throw wrong(`it is no XML: ${messageOf(error).split('\n', 1)[0] ?? ''}`, error);
  }
  if (root?.name === 'bmap') return root;
  throw wrong('it is some other XML');
}

function childrenOf(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child): child is XmlElement => child instanceof XmlElement && child.name === name);
}

function childOf(parent: XmlElement, name: string): XmlElement {
  const [child, second] = childrenOf(parent, name);
  if (child === undefined || second !== undefined) throw wrong(`it has ${second ? 'more than one' : 'no'} ${name}`);
  return child;
}

function numberOf(text: string, what: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value)) throw wrong(`its ${what} is no number`);
  return value;
}

function numberIn(root: XmlElement, name: string): number {
  return numberOf(childOf(root, name).text.trim(), name);
}

interface Dialect {
  algorithm: Bmap['algorithm'];
  /** The element with the checksum of the file itself. */
  checksum: string;
  /** The attribute of a range. */
  digest: string;
}

/** 1.4 was a slip of bmaptool's: it is 2.0 by another number. Before 1.3 there were no checksums. */
function dialectOf(root: XmlElement, version: string): Dialect {
  if (version === '1.3') return { algorithm: 'sha1', checksum: 'BmapFileSHA1', digest: 'sha1' };
  if (version !== '1.4' && !/^2\.\d+$/.test(version))
    throw wrong(`it is of version "${version}", and 1.3 to 2.0 can be read`);
  const algorithm = childOf(root, 'ChecksumType').text.trim().toLowerCase();
  if (!algorithms.includes(algorithm)) throw wrong(`its checksums are of an unknown type, "${algorithm}"`);
  return { algorithm: algorithm as Bmap['algorithm'], checksum: 'BmapFileChecksum', digest: 'chksum' };
}

/** The file was hashed with as many zeros in the place of its own checksum. */
function verifyOwnChecksum(text: string, element: XmlElement, algorithm: Bmap['algorithm']): void {
  const said = element.text.trim();
  const whole = text.slice(element.start, element.end);
  const zeroed = whole.replace(said, '0'.repeat(said.length));
  const hashed = text.slice(0, element.start) + zeroed + text.slice(element.end);
  if (createHash(algorithm).update(hashed).digest('hex') === said.toLowerCase()) return;
  throw wrong('its own checksum is wrong, so it is damaged');
}

function rangeOf(element: XmlElement, { algorithm, digest: attribute }: Dialect): BmapRange {
  const [, from = '', to = from] = /^(\d+)(?:\s*-\s*(\d+))?$/.exec(element.text.trim()) ?? [];
  const range = { first: numberOf(from, 'range'), last: numberOf(to, 'range') };
  const digest = element.attributes[attribute]?.trim().toLowerCase();
  if (digest === undefined) return range;
  const digits = createHash(algorithm).digest('hex').length;
  if (!/^[0-9a-f]+$/.test(digest) || digest.length !== digits) throw wrong(`"${digest}" is no checksum (${algorithm})`);
  return { ...range, digest };
}

function verifyRanges(ranges: readonly BmapRange[], blocks: number): void {
  let next = 0;
  for (const { first, last } of ranges) {
    if (first < next || last < first) throw wrong(`its ranges are not in order at ${first}-${last}`);
    if (last >= blocks) throw wrong(`the range ${first}-${last} is not within the image, which has ${blocks} blocks`);
    next = last + 1;
  }
}

/**
 * Reads a block map as bmaptool writes it, versions 1.3 to 2.x, and verifies its own checksum.
 *
 * @throws Failure when it is damaged, contradicts itself, or is of another version
 */
export function parseBmap(text: string): Bmap {
  const root = rootOf(text);
  const version = root.attributes['version'] ?? '';
  const dialect = dialectOf(root, version);
  verifyOwnChecksum(text, childOf(root, dialect.checksum), dialect.algorithm);
  const imageSize = numberIn(root, 'ImageSize');
  const blockSize = numberIn(root, 'BlockSize');
  if (imageSize === 0 || blockSize === 0 || blockSize > largestBlock)
    throw wrong('its image or its blocks have no size');
  const blocks = numberIn(root, 'BlocksCount');
  if (blocks !== Math.ceil(imageSize / blockSize))
    throw wrong('its count of blocks does not fit the size of the image');
  const mapped = childrenOf(childOf(root, 'BlockMap'), 'Range').map((element) => rangeOf(element, dialect));
  verifyRanges(mapped, blocks);
  const count = mapped.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  if (count !== numberIn(root, 'MappedBlocksCount'))
    throw wrong('its count of mapped blocks is not that of its ranges');
  return { version, imageSize, blockSize, algorithm: dialect.algorithm, mapped };
}
