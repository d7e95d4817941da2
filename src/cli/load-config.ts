import { Failure } from '../core/failure.js';
import type { Config } from '../config/config.js';
import { parseConfig } from '../config/parse-config.js';
import { problemLines, type Problem } from '../config/problem.js';
import { readTextFile } from '../effects/files.js';
import { problemDocument } from './failure-answer.js';

/** No configuration is larger; a file that is was named by mistake. */
const largestConfig = 1024 * 1024;

async function readConfigText(file: string): Promise<string> {
  try {
    return await readTextFile(file, { limit: largestConfig });
  } catch (error) {
    const missing = error instanceof Failure && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
    if (!missing) throw error;
    throw new Failure(`there is no ${file}`, {
      code: 'usage',
      hint: '`otb init` writes one; `--config FILE` names another.',
      cause: error.cause,
    });
  }
}

/** The Failure that tells every problem of a file at once. */
export function problemsFailure(file: string, problems: readonly Problem[]): Failure {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new Failure(`${file} has ${count}`, {
    code: 'usage',
    lines: problems.flatMap((problem) => [...problemLines(problem), '']),
    problems,
    document: { valid: false, problems: problems.map(problemDocument) },
  });
}

/**
 * Reads and checks the configuration.
 *
 * @throws {@link Failure} that tells every problem of the file at once
 */
export async function loadConfig(file: string): Promise<Config> {
  const { config, problems } = parseConfig(await readConfigText(file), file);
  if (config) return config;
  throw problemsFailure(file, problems);
}
