import * as z from 'zod';
import { Failure } from '../../core/failure.js';

/** A file that says hashes: its name, for messages, and all its hashes for one image, as it has them. */
export interface ChecksumSource {
  name: string;
  hashes: readonly string[];
}

const hash = /^[0-9a-f]{64}$/i;

function unusable(source: string, why: string, cause?: unknown): Failure {
  return new Failure(`${source} cannot be used: ${why}`, {
    code: 'verification',
    hint: 'Fetch it again from where the image is from.',
    cause,
  });
}

/** coreutils puts a backslash before a line whose name has one, or has a line end in it. */
function nameIn(text: string, isEscaped: boolean): string {
  const plain = isEscaped ? text.replace(/\\([\\nr])/g, (_, one: string) => ({ n: '\n', r: '\r' })[one] ?? one) : text;
  return plain.replace(/^(\.\/)+/, '');
}

interface ChecksumLine {
  name: string;
  /** Whatever stands where the hash should. */
  hash: string;
}

function parseLine(line: string): ChecksumLine | undefined {
  const [, escape = '', first, name] = /^(\\?)(\S+) [ *](.+)$/.exec(line) ?? [];
  if (first !== undefined && name !== undefined) return { hash: first, name: nameIn(name, escape !== '') };
  const [, escapeBsd = '', nameBsd, last] = /^(\\?)SHA256 \((.+)\) = (\S+)$/.exec(line) ?? [];
  return nameBsd === undefined || last === undefined
    ? undefined
    : { hash: last, name: nameIn(nameBsd, escapeBsd !== '') };
}

/**
 * The hashes that a `sha256sums` says for an image: `HASH *NAME` or `HASH  NAME` a line, or BSD's `SHA256 (NAME) = HASH`.
 *
 * @throws Failure when a line names the image, but has no hash for it
 */
export function hashesInSums(text: string, imageName: string, source: string): string[] {
  return text.split('\n').flatMap((whole, index) => {
    const line = whole.replace(/\r$/, '');
    const parsed = parseLine(line);
    if (parsed?.name === imageName && hash.test(parsed.hash)) return [parsed.hash.toLowerCase()];
    if (parsed?.name !== imageName && !(parsed === undefined && isAbout(line, imageName))) return [];
    throw unusable(source, `line ${index + 1} names ${imageName}, and has no SHA-256 for it`);
  });
}

function isAbout(line: string, imageName: string): boolean {
  return (
    !line.startsWith('#') &&
    (line.trim() === imageName || line.endsWith(` ${imageName}`) || line.endsWith(`*${imageName}`))
  );
}

const named = z.object({ name: z.string(), sha256: z.string().regex(hash).toLowerCase() });
const anyNamed = z.looseObject({ name: z.unknown().optional() });
const profilesJson = z.object({ profiles: z.record(z.string(), z.object({ images: z.array(anyNamed) })) });
const otbBuildJson = z.object({ artifacts: z.array(anyNamed) });

function parseJson<T>(text: string, shape: z.ZodType<T>, source: string): T {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw unusable(source, 'it is no JSON', error);
  }
  const read = shape.safeParse(data);
  if (read.success) return read.data;
  throw unusable(source, 'it is some other JSON', read.error);
}

function hashesOf(entries: readonly z.infer<typeof anyNamed>[], imageName: string, source: string): string[] {
  return entries
    .filter(({ name }) => name === imageName)
    .map((entry) => {
      const read = named.safeParse(entry);
      if (read.success) return read.data.sha256;
      throw unusable(source, `it names ${imageName}, and has no SHA-256 for it`);
    });
}

/**
 * The hashes that OpenWrt's `profiles.json` says for an image: those of the file as it is fetched, with its trailers.
 *
 * @throws Failure when it is something else, or names the image without a hash
 */
export function hashesInProfiles(text: string, imageName: string, source: string): string[] {
  const { profiles } = parseJson(text, profilesJson, source);
  const images = Object.values(profiles).flatMap((profile) => profile.images);
  return hashesOf(images, imageName, source);
}

/**
 * The hashes that our `otb-build.json` says for an image.
 *
 * @throws Failure when it is something else, or names the image without a hash
 */
export function hashesInOtbBuild(text: string, imageName: string, source: string): string[] {
  return hashesOf(parseJson(text, otbBuildJson, source).artifacts, imageName, source);
}
