import { checkTogether } from './cross/check.js';
import { prune } from './cross/loose.js';
import { complete, type Config } from './config.js';
import type { Places } from './document/places.js';
import { explainIssue } from './explain/explain-issue.js';
import { extensionKey, jsonSchema } from './json-schema.js';
import { parseFile, type FileKind, type Judged } from './parse-file.js';
import type { Problem } from './problem.js';
import { configSchema } from './schema/config.js';

/** A configuration, or everything that is wrong with the file, in the order of the file. */
export type ParseResult =
  { config: Config; problems?: undefined } | { config?: undefined; problems: readonly Problem[] };

function withoutExtensions(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return data;
  return Object.fromEntries(Object.entries(data).filter(([key]) => !extensionKey.test(key)));
}

/** Holds the data against the schema, and its parts against each other. */
function judge(file: unknown, places: Places): Judged<Config> {
  const data = withoutExtensions(file);
  const parsed = configSchema.safeParse(data, { reportInput: true });
  const issues = parsed.error?.issues ?? [];
  const alone = issues.flatMap((issue) => explainIssue(issue, { places, data, schema: jsonSchema() }));
  const wrong = alone.map(({ path }) => path);
  const together = checkTogether(prune(data, wrong)).map(({ path, ...complaint }) => ({
    offset: places.find(path).offset,
    path,
    ...complaint,
  }));
  const findings = alone.concat(together);
  return parsed.success && together.length === 0 ? { value: complete(parsed.data), findings } : { findings };
}

const kind: FileKind<Config> = { judge, emptyHint: 'run `otb init` to write one' };

/**
 * Reads the text of an `otb.yaml`. Never throws, whatever the text; takes time in proportion to its length.
 *
 * @param file the name for messages
 */
export function parseConfig(text: string, file: string): ParseResult {
  const { value, problems } = parseFile(text, file, kind);
  return value ? { config: value } : { problems };
}
