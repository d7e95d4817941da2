import { existsSync, readFileSync } from 'node:fs';
import { outliveReader } from './outlive-reader.js';
import { version } from './version.js';

/**
 * What is asked in a hurry, by scripts and by who looks something up, without reading the command line's grammar.
 *
 * @returns undefined when the grammar is needed
 */
function readyAnswer(argv: readonly string[]): string | undefined {
  if (argv.length !== 1) return undefined;
  if (argv[0] === '--version') return `${version}\n`;
  if (argv[0] !== '--help' && argv[0] !== '-h') return undefined;
  // The bundle has the help for 80 columns, which is its width where there is no terminal, too.
  const { isTTY, columns } = process.stdout;
  const help = new URL('help.txt', import.meta.url);
  return (!isTTY || columns === 80) && existsSync(help) ? readFileSync(help, 'utf8') : undefined;
}

/**
 * Runs one command line.
 *
 * @param argv the words after the program's name
 * @returns what to exit with
 */
export async function main(argv: readonly string[]): Promise<number> {
  outliveReader(process.stdout);
  process.umask(0o022);
  const answer = readyAnswer(argv);
  if (answer !== undefined) {
    process.stdout.write(answer);
    return 0;
  }
  const { runCommandLine } = await import('./command-line.js');
  return runCommandLine(argv, version);
}
