import * as z from 'zod';
import { messageOfComplaint, text } from '../grammar/grammar.js';
import { variableName } from '../grammar/names.js';
import { path } from '../grammar/build.js';

const hint = 'write { file: ./secrets/name }, { command: [program, argument] } or { env: NAME }';

const file = z.strictObject({
  file: text(path).describe('A file that holds the secret and nothing else; only its owner may read it (mode 0600).'),
});
const command = z.strictObject({
  command: z
    .array(z.string().min(1))
    .min(1)
    .describe(
      'A program that prints the secret, and its arguments: a password manager, sops, age. No shell is involved.',
    ),
});
const environment = z.strictObject({
  env: text(variableName).describe('An environment variable that holds the secret, for CI.'),
});

/** Where a secret is found; the secret itself never stands in the file. */
export function secret() {
  return z
    .union([file, command, environment], {
      error: ({ input }) =>
        messageOfComplaint(
          typeof input === 'object' && input !== null && !Array.isArray(input)
            ? { what: 'a secret has exactly one source', hint }
            : { what: 'a secret must not stand in this file', hint },
        ),
    })
    .meta({
      examples: [{ file: './secrets/tunnel.key' }, { command: ['pass', 'show', 'otb/tunnel'] }, { env: 'OTB_KEY' }],
    });
}
