import { closestMatch } from 'leven';
import type { DroppedSymbol, SymbolValue } from './kconfig.js';
import type { PackageFacts, PackageIndex } from './package-facts.js';

type Config = ReadonlyMap<string, SymbolValue>;

const packagePrefix = 'CONFIG_PACKAGE_';

function isSet(config: Config, symbol: string): boolean {
  return !['n', ''].includes(config.get(`CONFIG_${symbol}`) ?? 'n');
}

/** Whether an expression over symbols is true; only `A`, `!A`, `A&&B` and `A||B` are read, anything else counts as true. */
function isTrue(expression: string, config: Config): boolean {
  if (/[()=<>]/.test(expression)) return true;
  return expression.split('||').some((part) =>
    part.split('&&').every((symbol) => (symbol.startsWith('!') ? !isSet(config, symbol.slice(1)) : isSet(config, symbol))),
  );
}

/** How a package comes to lack something: `a needs b, which needs c, and no feed has c`. */
function chainText(chain: readonly string[], end: string): string {
  const [first, ...others] = chain;
  return others.reduce((text, name) => `${text} needs ${name}, which`, first ?? '') + ` ${end}`;
}

interface Search {
  index: PackageIndex;
  config: Config;
  seen: Set<string>;
}

/** Why a package, or one that it needs, cannot be had; undefined when nothing is found. */
function obstacle(facts: PackageFacts, chain: readonly string[], search: Search): string | undefined {
  const { index, config, seen } = search;
  if (seen.has(facts.name)) return undefined;
  seen.add(facts.name);
  const here = [...chain, facts.name];
  for (const { name, kind, condition } of facts.depends) {
    if (condition !== undefined && !isTrue(condition, config)) continue;
    if (kind === 'symbol') {
      if (!isTrue(name, config)) return chainText(here, `wants ${name}, and that is not so`);
      continue;
    }
    const providers = index.providers.get(name);
    if (providers === undefined) return chainText(here, `needs ${name}, and no feed has it`);
    if (kind === 'package' && !providers.some((one) => isSet(config, `PACKAGE_${one}`))) {
      return chainText(here, `wants ${name} to be chosen, too`);
    }
    const [only] = providers;
    const next = providers.length === 1 && only !== undefined ? index.packages.get(only) : undefined;
    const found = next && kind === 'select' ? obstacle(next, here, search) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function conflict(facts: PackageFacts, { packages }: PackageIndex, config: Config): string | undefined {
  const other =
    facts.conflicts.find((name) => isSet(config, `PACKAGE_${name}`)) ??
    [...packages.values()].find(({ name, conflicts }) => conflicts.includes(facts.name) && isSet(config, `PACKAGE_${name}`))?.name;
  return other === undefined ? undefined : `${facts.name} and ${other} exclude each other, and ${other} is chosen`;
}

/** The chosen packages that bring another with them. */
function selectors(name: string, { packages }: PackageIndex, config: Config): string[] {
  return [...packages.values()]
    .filter((one) => isSet(config, `PACKAGE_${one.name}`))
    .filter((one) =>
      one.depends.some((word) => word.kind === 'select' && word.name === name && (word.condition === undefined || isTrue(word.condition, config))),
    )
    .map((one) => one.name);
}

function unknown(name: string, { packages }: PackageIndex): string {
  const near = closestMatch(name, [...packages.keys()], { maxDistance: 2 });
  return `no feed has a package "${name}"${near === undefined ? '' : `; did you mean ${near}?`}`;
}

/**
 * Why `make defconfig` did not keep a wish, told from the tree's own package index: an unknown name, a dependency
 * that nothing provides, a condition that is not met, a package that excludes it or that brings it along. Undefined when
 * the index does not tell.
 */
export function explainDropped({ symbol, wanted }: DroppedSymbol, index: PackageIndex, config: Config): string | undefined {
  if (!symbol.startsWith(packagePrefix) || index.packages.size === 0) return undefined;
  const name = symbol.slice(packagePrefix.length);
  if (wanted === 'n') {
    const by = selectors(name, index, config);
    return by.length === 0 ? undefined : `${by.join(', ')} ${by.length === 1 ? 'brings' : 'bring'} it along`;
  }
  const facts = index.packages.get(name);
  if (facts === undefined) return unknown(name, index);
  return conflict(facts, index, config) ?? obstacle(facts, [], { index, config, seen: new Set() });
}
