import * as z from 'zod';
import { configSchema } from './schema/config.js';

/** The parts of a JSON Schema that otb looks at itself. */
export interface JsonSchema {
  $id?: string;
  title?: string;
  type?: string;
  description?: string;
  default?: unknown;
  examples?: readonly unknown[];
  const?: unknown;
  enum?: readonly unknown[];
  properties?: Readonly<Record<string, JsonSchema>>;
  patternProperties?: Readonly<Record<string, JsonSchema>>;
  additionalProperties?: boolean | JsonSchema;
  required?: readonly string[];
  items?: JsonSchema;
  oneOf?: readonly JsonSchema[];
  anyOf?: readonly JsonSchema[];
}

/** Keys of the top level that otb ignores: a place for anchors. */
export const extensionKey = /^x-/;

let made: JsonSchema | undefined;

/** The JSON Schema (draft-07) of `otb.yaml`, for editors. */
export function jsonSchema(): JsonSchema {
  made ??= {
    $id: 'otb.schema.json',
    title: 'otb.yaml: a router that bonds internet links',
    ...(z.toJSONSchema(configSchema, { target: 'draft-07', io: 'input' }) as JsonSchema),
    patternProperties: { [extensionKey.source]: { description: 'Ignored by otb: a place for anchors.' } },
  };
  return made;
}
