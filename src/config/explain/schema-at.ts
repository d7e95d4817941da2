import type { JsonSchema } from '../json-schema.js';

/** A file's data, and the JSON Schema it is held against. */
export interface Held {
  data: unknown;
  schema: JsonSchema;
}

/** The keys by whose values the members of a union are told apart. */
const discriminators = ['proto', 'kind'];

function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  return schema.oneOf ?? schema.anyOf ?? [schema];
}

/** Of alternatives told apart by a word (`proto`, `kind`), the one the data names; all of them when it names none. */
function matching(schemas: readonly JsonSchema[], data: unknown): readonly JsonSchema[] {
  const named = schemas.filter((one) => {
    const key = discriminators.find((word) => one.properties?.[word]?.const !== undefined);
    const wanted = key === undefined ? undefined : one.properties?.[key]?.const;
    return wanted !== undefined && wanted === (data as Record<string, unknown> | null | undefined)?.[key ?? ''];
  });
  return named.length > 0 ? named : schemas;
}

/** What the schema says about a place in the data: one schema, or the alternatives. */
export function schemasAt(path: readonly PropertyKey[], { data, schema: whole }: Held): readonly JsonSchema[] {
  let schemas: readonly JsonSchema[] = [whole];
  let value = data;
  for (const part of path) {
    schemas = matching(schemas.flatMap(alternatives), value).flatMap((schema) => {
      if (typeof part === 'number') return schema.items ?? [];
      const rest = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : [];
      return Object.hasOwn(schema.properties ?? {}, part) ? (schema.properties?.[String(part)] ?? []) : rest;
    });
    value = (value as Record<PropertyKey, unknown> | null | undefined)?.[part];
  }
  return matching(schemas.flatMap(alternatives), value);
}

/** The keys that a mapping at a place may have. */
export function keysAt(path: readonly PropertyKey[], held: Held): string[] {
  return [...new Set(schemasAt(path, held).flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

/** An example of a value at a place, as YAML in one line; undefined when the schema gives none. */
export function exampleAt(path: readonly PropertyKey[], held: Held): string | undefined {
  const [schema] = schemasAt(path, held);
  const example = schema?.examples?.[0] ?? schema?.default ?? schema?.const ?? schema?.enum?.[0];
  return example === undefined || example === '' || isEmpty(example) ? undefined : flow(example);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** A value in YAML's flow form, quoted only where it must be. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${key}: ${flow(item)}`)
      .join(', ')} }`;
  }
  if (typeof value === 'string') return /^[A-Za-z./~][\w./~@+-]*$/.test(value) ? value : JSON.stringify(value);
  return String(value);
}
