import { Failure } from '../../core/failure.js';
import { inWords } from '../../core/words.js';
import { hashesInOtbBuild, hashesInProfiles, hashesInSums, type ChecksumSource } from './checksum-text.js';

/** Everything that may say an image's hash. */
export interface ChecksumSources {
  /** The file's name, without its directory: as the lists have it. */
  imageName: string;
  /** What `--sha256` said, read by {@link parseSha256Option}. */
  option?: string;
  /** The texts of the files beside the image. */
  sha256sums?: string;
  profiles?: string;
  otbBuild?: string;
}

/** What an image's file must hash to. */
export interface ExpectedChecksum {
  /** 64 hexadecimal digits, small letters. */
  sha256: string;
  /** Who says so: `sha256sums and profiles.json`. */
  from: string;
}

function contradiction(imageName: string, lines: readonly string[], names: string): Failure {
  return new Failure(`${names} contradict each other about ${imageName}`, {
    code: 'verification',
    hint: 'Fetch the image and the files beside it again, all of the same release.',
    lines,
  });
}

function sourcesOf({ imageName, option, sha256sums, profiles, otbBuild }: ChecksumSources): ChecksumSource[] {
  const read = (name: string, text: string | undefined, hashesIn: typeof hashesInSums): ChecksumSource => ({
    name,
    hashes: text === undefined ? [] : hashesIn(text, imageName, name),
  });
  return [
    { name: '--sha256', hashes: option === undefined ? [] : [option] },
    read('sha256sums', sha256sums, hashesInSums),
    read('profiles.json', profiles, hashesInProfiles),
    read('otb-build.json', otbBuild, hashesInOtbBuild),
  ].filter(({ hashes }) => hashes.length > 0);
}

/**
 * What the image must hash to, by all who say it.
 *
 * @returns undefined when nobody names the image
 * @throws Failure (verification) when two contradict each other, one contradicts itself, or one cannot be read
 */
export function findChecksum(from: ChecksumSources): ExpectedChecksum | undefined {
  const sources = sourcesOf(from);
  const [sha256, ...others] = new Set(sources.flatMap(({ hashes }) => hashes));
  if (sha256 === undefined) return undefined;
  const names = sources.map(({ name }) => name);
  if (others.length === 0) return { sha256, from: inWords(names) };
  const lines = sources.flatMap(({ name, hashes }) => [...new Set(hashes)].map((hash) => `${name}: ${hash}`));
  const itself = sources.find(({ hashes }) => new Set(hashes).size > 1);
  if (itself === undefined) throw contradiction(from.imageName, lines, inWords(names));
  throw new Failure(`${itself.name} has two different hashes for ${from.imageName}`, {
    code: 'verification',
    hint: 'Fetch it again, or say the right one with `--sha256` and leave the file out.',
    lines,
  });
}

/**
 * Reads what `--sha256` was given: 64 hexadecimal digits, in letters of any size, `sha256:` before them or not.
 *
 * @throws Failure (usage) for anything else
 */
export function parseSha256Option(text: string): string {
  const digits = text
    .trim()
    .replace(/^sha256[:=]/i, '')
    .toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return digits;
  const isHex = /^[0-9a-f]*$/.test(digits);
  throw new Failure(
    `--sha256 is no SHA-256: ${isHex ? `it has ${digits.length} digits` : 'it has more than digits 0-9, a-f'}`,
    {
      code: 'usage',
      hint: 'It has 64 hexadecimal digits: `sha256sum IMAGE` prints them.',
    },
  );
}

/**
 * Throws unless the image's file hashes to what it must.
 *
 * @param actual hexadecimal, of the file as it was fetched: trailers belong to it
 */
export function verifyChecksum(imageName: string, actual: string, { sha256, from }: ExpectedChecksum): void {
  if (actual.toLowerCase() === sha256) return;
  throw new Failure(`${imageName} is not the file it should be: its SHA-256 is not the one of ${from}`, {
    code: 'verification',
    hint: 'Fetch the image again. If it is your own, changed on purpose, renew the list.',
    lines: [`expected: ${sha256}`, `found:    ${actual.toLowerCase()}`],
  });
}
