import { Failure } from '../../core/failure.js';
import { formatBytes } from '../../core/units.js';
import { BmapCheck } from '../image/bmap-check.js';
import { parseBmap } from '../image/bmap.js';
import { findChecksum, verifyChecksum } from '../image/checksums.js';
import { verifyBootable } from '../image/format.js';
import { isForAnotherTarget, readMetadata } from '../image/metadata.js';
import { InstallerScanner, installerReason } from '../image/own-installer.js';
import type { VerifiedSignature } from '../image/signatures.js';
import type { BesideImage } from './beside.js';
import type { SignatureHelp } from './check-pgp.js';
import { checkSignature, type SignatureOptions } from './check-signature.js';
import { hashFile } from './hash-file.js';
import type { OpenImage } from './open-image.js';

/** What the user has said about trusting an image. */
export interface TrustOptions extends SignatureOptions {
  /** What `--sha256` said. */
  sha256: string | undefined;
  /** True with `--allow-any-content`. */
  allowAny: boolean;
}

/** What is known of an image once it has been looked at. */
export interface CheckedImage {
  /** The content's length in bytes; a hint where the content was not read. */
  size: number | undefined;
  /** The first 64 KiB of the content, or all of a shorter one. */
  head: Buffer;
  /** Of the file; undefined when nobody says what it must be. */
  sha256: string | undefined;
  /** Whose word the hash is, and the signature: for people. */
  trust: string[];
  signature: VerifiedSignature | undefined;
  /** Why the image is taken for one that installs itself over a disk of the machine. */
  installer: string | undefined;
  /** What speaks against it, and does not stop it. */
  warnings: string[];
}

/** What checking needs from outside. */
export interface CheckHelp extends SignatureHelp {
  /** The content is not read any further than this, in bytes: no disk is larger. */
  limit: number;
  onProgress: (bytes: number, total: number | undefined) => void;
}

const headBytes = 64 * 1024;
/** Where a trace of such an installer would be. */
const scannedBytes = 32 * 1024 * 1024;

/** An image may say for which machines it is. */
function warningsAbout({ path, trailers: { metadata } }: OpenImage): string[] {
  if (metadata === undefined) return [];
  const facts = readMetadata(metadata);
  return isForAnotherTarget(facts)
    ? [`${path} says that it is for ${facts.target ?? 'another target'}, not for a PC`]
    : [];
}

function tooLong({ path }: OpenImage, limit: number): Failure {
  return new Failure(`${path} is longer than ${formatBytes(limit)}, and no disk that was named is larger`, {
    code: 'usage',
    hint: 'Take a larger disk, or look whether it is the right image.',
  });
}

/** Reads all of the content, and has everything checked that can be. */
async function readWhole(image: OpenImage, bmap: BmapCheck | undefined, help: CheckHelp): Promise<number> {
  let length = 0;
  for await (const piece of image.readChecked(help.signal, true)) {
    help.signal.throwIfAborted();
    bmap?.push(piece);
    length += piece.length;
    if (length > help.limit) throw tooLong(image, help.limit);
    help.onProgress(length, image.size);
  }
  bmap?.end();
  return length;
}

/** The beginning of the content, and what is known of installers in it. */
async function readHead(
  image: OpenImage,
  signal: AbortSignal,
): Promise<{ head: Buffer; installer: string | undefined }> {
  const scanner = new InstallerScanner(scannedBytes);
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of image.read(signal)) {
    if (length < headBytes) pieces.push(Buffer.from(piece.subarray(0, headBytes - length)));
    scanner.push(piece);
    length += piece.length;
    if (length >= scannedBytes || (length >= headBytes && scanner.reason !== undefined)) break;
  }
  return { head: Buffer.concat(pieces), installer: scanner.reason };
}

/**
 * Looks at an image before any disk is opened: the hash and the signature of its file, and, unless a hash vouches for
 * it, all of its content.
 *
 * @throws Failure (verification) when anything is not what it should be; (refused, usage) when it is no disk image
 */
export async function checkImage(
  image: OpenImage,
  beside: BesideImage,
  options: TrustOptions,
  help: CheckHelp,
): Promise<CheckedImage> {
  const { name, sha256sums, profiles, otbBuild, manifest } = beside;
  const texts = {
    ...(sha256sums !== undefined && { sha256sums }),
    ...(profiles !== undefined && { profiles }),
    ...(otbBuild !== undefined && { otbBuild }),
  };
  const expected = findChecksum({
    imageName: name,
    ...(options.sha256 !== undefined && { option: options.sha256 }),
    ...texts,
  });
  const sha256 = expected && (await hashFile(image.file, 'sha256', help.signal)).toString('hex');
  if (expected && sha256 !== undefined) verifyChecksum(name, sha256, expected);
  const signature = await checkSignature(image, beside, expected, options, help);
  const bmap = beside.bmap === undefined ? undefined : new BmapCheck(parseBmap(beside.bmap));
  const { head, installer } = await readHead(image, help.signal);
  verifyBootable(head, { name, allowAny: options.allowAny });
  const isVouchedFor =
    expected !== undefined || signature !== undefined || image.format === 'raw' || image.format === 'vdi';
  const size = isVouchedFor && !bmap ? image.size : await readWhole(image, bmap, help);
  const trust = [
    ...(expected ? [`SHA-256 as ${expected.from} says`] : []),
    ...(signature ? [`signed by ${signature.keyNumber} (${signature.kind})`] : []),
    ...(bmap ? ['its block map fits'] : []),
  ];
  const surroundings = { name, ...texts, ...(manifest !== undefined && { manifest }) };
  const warnings = warningsAbout(image);
  return { size, head, sha256, trust, signature, installer: installerReason(surroundings) ?? installer, warnings };
}
