import type { SymbolValue } from './kconfig.js';

/** A source package and the binary packages it makes, from `tmp/.packageinfo`. */
export interface SourcePackage {
  /** The directory of its Makefile, relative to the tree: `package/network/utils/iproute2`. */
  path: string;
  packages: string[];
}

/** Reads the tree's `tmp/.packageinfo`. */
export function parsePackageInfo(text: string): SourcePackage[] {
  const found: SourcePackage[] = [];
  for (const line of text.split('\n')) {
    const makefile = /^Source-Makefile: (.+)\/Makefile$/.exec(line)?.[1];
    const name = /^Package: (\S+)$/.exec(line)?.[1];
    if (makefile !== undefined) found.push({ path: makefile, packages: [] });
    else if (name !== undefined) found.at(-1)?.packages.push(name);
  }
  return found;
}

/** The source packages that a configuration builds: those with a binary package set to `y` or `m`. */
export function selectedSources(sources: readonly SourcePackage[], config: ReadonlyMap<string, SymbolValue>): SourcePackage[] {
  const isSelected = (name: string) => ['y', 'm'].includes(config.get(`CONFIG_PACKAGE_${name}`) ?? 'n');
  return sources.filter(({ packages }) => packages.some(isSelected));
}
