import type { CommandModule } from '../command.js';

/** `otb schema`: the JSON Schema of otb.yaml. */
export const schema: CommandModule = {
  name: 'schema',
  describe: (command) => command.description('Print the JSON Schema of otb.yaml, for editors.'),
  examples: ['schema > otb.schema.json', 'schema --json | jq .schema.title'],
  async run() {
    const { jsonSchema } = await import('../../config/json-schema.js');
    return { text: JSON.stringify(jsonSchema(), null, 2), json: { schema: jsonSchema() } };
  },
};
