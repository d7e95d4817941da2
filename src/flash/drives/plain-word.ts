import { plainLine } from '../../core/terminal-text.js';

/**
 * Text that a disk, or its file systems, tell of themselves, in one line that is safe to print: a label may hold
 * escape sequences, line ends, and marks that turn the reading direction.
 */
export function plainWord(text: string): string {
  return plainLine(text.replace(/[\n\r\t\v\f]/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
}
