import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { jsonSchema, type JsonSchema } from '../../../src/config/json-schema.js';
import { base, changed, fixture } from './support.js';

const validate = new Ajv({ allErrors: true, strict: true, strictTypes: false, allowUnionTypes: true }).compile(
  jsonSchema(),
);

function isValid(text: string): boolean {
  return validate(parse(text, { merge: true }));
}

/** Every schema below one, with its path. */
function* everySchema(schema: JsonSchema, path = ''): Generator<[string, JsonSchema]> {
  yield [path, schema];
  for (const [key, one] of Object.entries(schema.properties ?? {})) yield* everySchema(one, `${path}.${key}`);
  for (const one of [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]) yield* everySchema(one, path);
  if (schema.items) yield* everySchema(schema.items, `${path}[]`);
}

describe('the JSON Schema', () => {
  it('is draft-07, has a name and a title', () => {
    expect(jsonSchema()).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      $id: 'otb.schema.json',
      title: expect.stringContaining('otb.yaml') as string,
    });
  });

  it('accepts what otb accepts', () => {
    for (const text of [base, fixture('full.yaml'), fixture('minimal.yaml'), 'version: 1\n']) {
      expect([isValid(text), validate.errors]).toEqual([true, null]);
    }
  });

  it.each([
    ['an unknown key', changed('version: 1', 'version: 1\nbiuld: {}')],
    ['another version', changed('version: 1', 'version: 2')],
    ['a secret in the file', changed('{ file: ./secrets/tunnel.key }', 'hunter2')],
    ['a name that UCI refuses', changed('name: fiber', 'name: wan-2')],
    ['an unknown proto', changed('proto: dhcp, down', 'proto: dhpc, down')],
    ['an option of another proto', changed('proto: dhcp, down', 'proto: dhcp, username: bob, down')],
    ['a number for text', changed('name: home', 'name: 1234')],
    ['a missing key', changed('    ssh: root@192.168.100.1\n', '')],
  ])('refuses %s', (_what, text) => {
    expect(isValid(text)).toBe(false);
  });

  it('describes every option, and compiles as the regular expressions of editors', () => {
    const all = [...everySchema(jsonSchema())];
    expect(all.length).toBeGreaterThan(150);
    const bare = all.flatMap(([path, schema]) =>
      Object.entries(schema.properties ?? {})
        .filter(([, one]) => one.description === undefined)
        .map(([key]) => `${path}.${key}`),
    );
    expect(bare).toEqual([]);
  });

  it('gives defaults and examples that it accepts itself', () => {
    const ajv = new Ajv({ strict: false });
    let count = 0;
    for (const [path, schema] of everySchema(jsonSchema())) {
      const values = [...(schema.examples ?? []), ...('default' in schema ? [schema.default] : [])];
      for (const value of values) {
        // An example of a key is cut short to be readable.
        if (String(value).includes('…')) continue;
        count += 1;
        expect([path, value, ajv.validate({ ...schema, examples: undefined }, value)]).toEqual([path, value, true]);
      }
    }
    expect(count).toBeGreaterThan(80);
  });
});
