import { formatBytes, formatDuration, formatRate } from '../core/units.js';
import type { StageProgress } from './events.js';

function amount(value: number, unit: string): string {
  return unit === 'B' ? formatBytes(value) : String(value);
}

/** `120/260 packages`, `14.2 MiB/60 MiB, 45 MB/s`, or `120 packages` while the total is not known. */
export function progressText({ done, total, unit, rate }: StageProgress): string {
  const word = unit === 'B' ? '' : ` ${unit}`;
  const speed = rate === undefined ? '' : `, ${formatRate(rate)}`;
  const end = `${word}${speed}`;
  return total === undefined ? `${amount(done, unit)}${end}` : `${amount(done, unit)}/${amount(total, unit)}${end}`;
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
