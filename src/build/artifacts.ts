/** One collected file. */
export interface Artifact {
  name: string;
  /** Bytes. */
  size: number;
  /** Hexadecimal. */
  sha256: string;
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
