/** One word of a package's `Depends`. */
export interface Dependency {
  /** The package, or for `@…` the expression over symbols. */
  name: string;
  /** `select` (`+name`): comes along; `package` (`name`): must have been chosen; `symbol` (`@EXPR`): must be true. */
  kind: 'select' | 'package' | 'symbol';
  /** Holds only when this expression is true: `+CONDITION:name`. */
  condition?: string;
}

/** What the tree knows of a binary package. */
export interface PackageFacts {
  name: string;
  depends: readonly Dependency[];
  provides: readonly string[];
  conflicts: readonly string[];
}

/** Every package by its name, and under what it provides. */
export interface PackageIndex {
  packages: ReadonlyMap<string, PackageFacts>;
  providers: ReadonlyMap<string, readonly string[]>;
}

function parseDependency(word: string): Dependency {
  if (word.startsWith('@')) return { name: word.slice(1), kind: 'symbol' };
  const [, plus, condition, name] = /^(\+?)(?:(.*):)?([^:]*)$/.exec(word) ?? [];
  return {
    name: name ?? word,
    kind: plus === '+' ? 'select' : 'package',
    ...(condition !== undefined && { condition: condition.replace(/^@/, '') }),
  };
}

const words = (text: string | undefined) => (text ?? '').split(/\s+/).filter((word) => word !== '');

/** Reads the packages of the tree's `tmp/.packageinfo`. */
export function parsePackageFacts(text: string): PackageIndex {
  const packages = new Map<string, PackageFacts>();
  const providers = new Map<string, string[]>();
  for (const block of text.split(/^(?=Package: )/m).filter((part) => part.startsWith('Package: '))) {
    const field = (name: string) => new RegExp(`^${name}: *(.*)$`, 'm').exec(block)?.[1];
    const name = field('Package')?.trim() ?? '';
    const provides = words(field('Provides'));
    packages.set(name, {
      name,
      provides,
      depends: words(field('Depends')).map(parseDependency),
      conflicts: words(field('Conflicts')),
    });
    for (const word of [name, ...provides]) providers.set(word, [...(providers.get(word) ?? []), name]);
  }
  return { packages, providers };
}
