import * as z from 'zod';
import { messageOfComplaint } from './grammar.js';

const factors = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const shape = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/;

/** Reads `5s`, `500ms`, `2m`, `12h` as milliseconds; undefined when it is none. */
export function parseDuration(value: string): number | undefined {
  const [, amount, unit] = shape.exec(value) ?? [];
  return amount === undefined ? undefined : Math.round(Number(amount) * factors[unit as keyof typeof factors]);
}

/** Prints milliseconds in the largest unit that needs no fraction: `5s`. */
function formatDuration(milliseconds: number): string {
  for (const unit of ['h', 'm', 's'] as const) {
    if (milliseconds > 0 && milliseconds % factors[unit] === 0) return `${milliseconds / factors[unit]}${unit}`;
  }
  return `${milliseconds}ms`;
}

/**
 * A duration with its unit, from `least` to `most` (written as durations); milliseconds inside.
 *
 * @param standard what editors show as the default
 */
export function duration(least: string, most: string, standard?: string) {
  const from = parseDuration(least) ?? 0;
  const to = parseDuration(most) ?? Infinity;
  const written = z
    .string({
      error: (issue) =>
        typeof issue.input === 'number'
          ? messageOfComplaint({
              what: `the number ${issue.input} has no unit`,
              hint: `write it as ${issue.input}s or ${issue.input}ms`,
            })
          : undefined,
    })
    .check((context) => {
      const value = parseDuration(context.value);
      const say = (what: string, hint: string) =>
        context.issues.push({ code: 'custom', message: messageOfComplaint({ what, hint }), input: context.value });
      if (value === undefined) say('this is no duration', 'write a number and its unit: 500ms, 5s, 2m, 12h');
      else if (value < from) say(`${context.value} is too short`, `use at least ${least}`);
      else if (value > to) say(`${context.value} is too long`, `use at most ${most}`);
    })
    .meta({ pattern: shape.source, ...(standard !== undefined && { default: standard }) });
  return z.codec(written, z.number(), { decode: (value) => parseDuration(value) ?? 0, encode: formatDuration });
}

/** A duration that may be left out; see {@link duration}. */
export function durationOr(standard: string, least: string, most: string) {
  return duration(least, most, standard).default(parseDuration(standard) ?? 0);
}

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number): z.ZodInt {
  return z.int().min(least).max(most);
}

/** A TCP or UDP port. */
export function port(): z.ZodInt {
  return whole(1, 65535);
}

/** A rate in Mbit/s. */
export function megabits(): z.ZodNumber {
  return z.number().min(0.1).max(100_000);
}
