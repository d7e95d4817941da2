import * as z from 'zod';
import type { Places } from './document/places.js';
import type { Finding } from './document/finding.js';
import { explainIssue } from './explain/explain-issue.js';
import type { JsonSchema } from './json-schema.js';
import { parseFile, type FileKind, type FileResult, type Judged } from './parse-file.js';
import { recipeSchema, type ParsedRecipe } from './schema/recipe.js';

let schema: JsonSchema | undefined;

/** Feeds by a name that stands further up already: `scripts/feeds` would refuse the whole file. */
function repeatedFeeds({ feeds }: ParsedRecipe, places: Places): Finding[] {
  return feeds.flatMap(({ name }, index) => {
    const first = feeds.findIndex((feed) => feed.name === name);
    if (first === index) return [];
    const path = ['feeds', index, 'name'];
    return [
      {
        offset: places.find(path).offset,
        path,
        what: `"${name}" is the name of feeds[${first}], too`,
        hint: 'give it another name',
      },
    ];
  });
}

function judge(data: unknown, places: Places): Judged<ParsedRecipe> {
  schema ??= z.toJSONSchema(recipeSchema, { target: 'draft-07', io: 'input' }) as JsonSchema;
  const held = { places, data, schema };
  const parsed = recipeSchema.safeParse(data, { reportInput: true });
  if (!parsed.success) return { findings: parsed.error.issues.flatMap((issue) => explainIssue(issue, held)) };
  const findings = repeatedFeeds(parsed.data, places);
  return findings.length === 0 ? { value: parsed.data, findings } : { findings };
}

const kind: FileKind<ParsedRecipe> = { judge, emptyHint: 'begin with what `otb build openwrt --show` prints' };

/**
 * Reads the text of a recipe. Never throws, whatever the text.
 *
 * @param file the name for messages
 */
export function parseRecipe(text: string, file: string): FileResult<ParsedRecipe> {
  return parseFile(text, file, kind);
}
