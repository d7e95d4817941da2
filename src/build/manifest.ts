/** The packages of an image, with their versions. */
export type Manifest = ReadonlyMap<string, string>;

/** How the packages of an image differ from those of the one before. */
export interface ManifestChanges {
  added: readonly string[];
  removed: readonly string[];
  /** `bmon 4.0-1 → 4.0-2`. */
  changed: readonly string[];
}

/** Reads a `.manifest` of OpenWrt: `NAME - VERSION` a line. */
export function parseManifest(text: string): Manifest {
  const lines = text.split('\n').map((line) => /^(\S+) - (.+)$/.exec(line.trim()));
  return new Map(lines.flatMap((match) => (match ? [[match[1] ?? '', match[2] ?? ''] as const] : [])));
}

/** What came, went, and changed its version, each in the order of the names. */
export function compareManifests(before: Manifest, now: Manifest): ManifestChanges {
  const words = ([name, version]: readonly [string, string]) => `${name} ${version}`;
  const changed = [...now].filter(([name, version]) => before.has(name) && before.get(name) !== version);
  return {
    added: [...now].filter(([name]) => !before.has(name)).map(words).sort(),
    removed: [...before].filter(([name]) => !now.has(name)).map(words).sort(),
    changed: changed.map(([name, version]) => `${name} ${before.get(name) ?? ''} → ${version}`).sort(),
  };
}

/** True when the two images hold the same packages in the same versions. */
export function isSameManifest({ added, removed, changed }: ManifestChanges): boolean {
  return added.length + removed.length + changed.length === 0;
}

/** One line: `3 packages added, 1 changed: +jq 1.7, …`; the names stand in `otb-build.json`. */
export function describeChanges({ added, removed, changed }: ManifestChanges): string {
  const parts = [
    ...added.map((word) => `+${word}`),
    ...removed.map((word) => `-${word}`),
    ...changed,
  ];
  const shown = parts.slice(0, 8).join(', ');
  return parts.length > 8 ? `${shown}, and ${parts.length - 8} more` : shown;
}
