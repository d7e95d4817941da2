import type { Complaint } from '../grammar/grammar.js';
import type { ConfigInput } from '../schema/config.js';

/** A type whose every part may be missing: a file is checked as a whole although some of it is wrong. */
export type Loose<T> = T extends readonly (infer Item)[]
  ? (Loose<Item> | undefined)[]
  : T extends object
    ? { [Key in keyof T]?: Loose<T[Key]> | undefined }
    : T;

/** The file as it was written, without the values that are wrong by themselves. */
export type LooseConfig = Loose<ConfigInput>;

/** A device of it. */
export type LooseDevice = NonNullable<NonNullable<LooseConfig['devices']>[number]>;

/** A WAN of it. */
export type LooseWan = NonNullable<NonNullable<LooseDevice['wans']>[number]>;

/** A complaint about a place in the file. */
export interface PlacedComplaint extends Complaint {
  path: readonly PropertyKey[];
}

/** The items of a list that are there, each with its position. */
export function entries<Item>(list: readonly (Item | undefined)[] | undefined): [number, Item][] {
  return (list ?? []).flatMap((item, index) => (item === undefined ? [] : [[index, item] as [number, Item]]));
}

/** Complains about every value that stood in an earlier place already. */
export function repeated(
  values: readonly (readonly [path: readonly PropertyKey[], value: string | number | undefined])[],
  say: (value: string | number, first: readonly PropertyKey[]) => Complaint,
): PlacedComplaint[] {
  const first = new Map<string | number, readonly PropertyKey[]>();
  return values.flatMap(([path, value]) => {
    if (value === undefined) return [];
    const before = first.get(value);
    if (before) return [{ path, ...say(value, before) }];
    first.set(value, path);
    return [];
  });
}

interface Branch {
  bad: boolean;
  children: Map<PropertyKey, Branch>;
}

function tree(paths: readonly (readonly PropertyKey[])[]): Branch {
  const root: Branch = { bad: false, children: new Map() };
  for (const path of paths) {
    let branch = root;
    for (const part of path) {
      const next = branch.children.get(part) ?? { bad: false, children: new Map<PropertyKey, Branch>() };
      branch.children.set(part, next);
      branch = next;
    }
    branch.bad = true;
  }
  return root;
}

function pruned(value: unknown, branch: Branch | undefined): unknown {
  if (branch?.bad === true) return undefined;
  if (!branch) return value;
  if (Array.isArray(value)) return value.map((item, index) => pruned(item, branch.children.get(index)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pruned(item, branch.children.get(key))]));
}

/** The data without what stands at the given paths. */
export function prune(data: unknown, wrong: readonly (readonly PropertyKey[])[]): LooseConfig {
  const value = pruned(data, tree(wrong));
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
