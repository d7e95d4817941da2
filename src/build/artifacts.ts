import * as z from 'zod';

/** One collected file. */
export interface Artifact {
  name: string;
  /** Bytes. */
  size: number;
  /** Hexadecimal. */
  sha256: string;
  /** The same without the signature that the build has put behind the file; absent where there is none. */
  unsignedSha256?: string;
  /** What it is for. */
  kind: ArtifactKind;
}

/** What an artifact is for; told from its name as OpenWrt gives it. */
export type ArtifactKind = 'image' | 'virtual-disk' | 'rootfs' | 'kernel' | 'manifest' | 'sbom' | 'signature' | 'metadata';

const kinds: readonly (readonly [RegExp, ArtifactKind])[] = [
  [/\.(vdi|vmdk|vhdx|qcow2)(\.gz)?$/, 'virtual-disk'],
  [/\.img(\.gz|\.xz|\.zst)?$|\.iso$|-sysupgrade\./, 'image'],
  [/rootfs\.(tar\.gz|cpio\.gz|img\.gz)$/, 'rootfs'],
  [/(kernel|vmlinuz|bzImage)/, 'kernel'],
  [/\.manifest$/, 'manifest'],
  [/\.bom\.cdx\.json$/, 'sbom'],
  [/\.sig$/, 'signature'],
];

/** The kind of a file of `bin/targets`. */
export function kindOf(name: string): ArtifactKind {
  return kinds.find(([pattern]) => pattern.test(name))?.[1] ?? 'metadata';
}

/** Reads `sha256sums`: `HASH *NAME` a line. */
export function parseChecksums(text: string): Map<string, string> {
  const sums = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, hash, name] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (hash !== undefined && name !== undefined) sums.set(name, hash);
  }
  return sums;
}

const profiles = z.object({
  profiles: z.record(
    z.string(),
    z.object({ images: z.array(z.object({ name: z.string(), sha256: z.string(), sha256_unsigned: z.string().optional() })) }),
  ),
});

/** The hashes of `profiles.json` without signatures, by the name of the image; none when it cannot be read. */
export function parseUnsigned(text: string): Map<string, string> {
  try {
    const found = Object.values(profiles.parse(JSON.parse(text)).profiles).flatMap(({ images }) => images);
    return new Map(
      found.flatMap(({ name, sha256, sha256_unsigned: bare }) => (bare === undefined || bare === sha256 ? [] : [[name, bare]])),
    );
  } catch {
    return new Map();
  }
}

/** The hash that two builds of the same things have in common. */
export function comparableHash({ sha256, unsignedSha256 }: Artifact): string {
  return unsignedSha256 ?? sha256;
}

/** What is compared of two builds: what goes onto a machine, and what says what that is. */
const compared: readonly ArtifactKind[] = ['image', 'virtual-disk', 'rootfs', 'kernel', 'manifest', 'sbom'];

/** The names of what is not the same in two builds, or is in one of them only. */
export function differingArtifacts(one: readonly Artifact[], other: readonly Artifact[]): string[] {
  const hashes = [one, other].map(
    (artifacts) => new Map(artifacts.filter(({ kind }) => compared.includes(kind)).map((artifact) => [artifact.name, comparableHash(artifact)])),
  );
  const names = new Set(hashes.flatMap((each) => [...each.keys()]));
  return [...names].filter((name) => hashes[0]?.get(name) !== hashes[1]?.get(name)).sort();
}
