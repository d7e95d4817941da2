import { formatBytes, formatDuration } from '../core/units.js';
import type { StageProgress } from './events.js';

function amount(value: number, unit: string): string {
  return unit === 'B' ? formatBytes(value) : String(value);
}

/** `120/260 packages`, `14.2 MiB/60 MiB`, or `120 packages` while the total is not known. */
export function progressText({ done, total, unit }: StageProgress): string {
  const word = unit === 'B' ? '' : ` ${unit}`;
  return total === undefined ? `${amount(done, unit)}${word}` : `${amount(done, unit)}/${amount(total, unit)}${word}`;
}

/** `[#####-----]`, ASCII so that every terminal can show it. */
export function progressBar(done: number, total: number, width: number): string {
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
  const filled = Math.round(share * width);
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}]`;
}

/**
 * The time that is left, from the average pace so far; undefined while it cannot be told.
 *
 * @param elapsedMs since the first progress of the stage
 */
export function timeLeft(done: number, total: number | undefined, elapsedMs: number): string | undefined {
  if (total === undefined || done <= 0 || done >= total || elapsedMs < 1000) return undefined;
  return formatDuration(((total - done) / done) * elapsedMs);
}
