import { describe, expect, it } from 'vitest';
import { documentOf, otb } from '../support/otb.js';

describe('otb schema', () => {
  it('prints the JSON Schema, as text and as a document', async () => {
    const run = await otb(['schema']);
    expect([run.exitCode, run.stderr]).toEqual([0, '']);
    const schema = JSON.parse(run.stdout) as Record<string, unknown>;
    expect(schema).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      required: ['version'],
      additionalProperties: false,
    });
    expect(documentOf(await otb(['schema', '--json']))).toEqual({ schemaVersion: 1, schema });
  });
});
