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

/** What goes onto a machine. */
export const imageKinds: readonly ArtifactKind[] = ['image', 'virtual-disk', 'rootfs', 'kernel'];

/** By name, the hashes that two builds of the same things have in common: those without signatures. */
export function comparableHashes(artifacts: readonly Artifact[], kinds: readonly ArtifactKind[]): Record<string, string> {
  const wanted = artifacts.filter(({ kind }) => kinds.includes(kind));
  return Object.fromEntries(wanted.map(({ name, sha256, unsignedSha256 }) => [name, unsignedSha256 ?? sha256]));
}

/** The names of what is not the same in two builds, or is in one of them only. */
export function differingArtifacts(one: readonly Artifact[], other: readonly Artifact[]): string[] {
  const kinds = [...imageKinds, 'manifest', 'sbom'] as const;
  const [first, second] = [comparableHashes(one, kinds), comparableHashes(other, kinds)];
  const names = Object.keys({ ...first, ...second });
  return names.filter((name) => first[name] !== second[name]).sort();
}
