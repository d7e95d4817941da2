import { stringify } from 'yaml';
import * as z from 'zod';
import type { Config } from './config.js';
import { configSchema } from './schema/config.js';

/** The order of keys in the file: as somebody would write them. */
const order = ['version', 'build', 'gateway', 'devices', 'provision', 'name', 'ssh'];

function byOrder(one: string, other: string): number {
  const rank = (key: string) => (order.indexOf(key) + order.length + 1) % (order.length + 1);
  return rank(one) - rank(other);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).sort(byOrder);
  return Object.fromEntries(keys.map((key) => [key, sorted((value as Record<string, unknown>)[key])]));
}

/** The configuration as a document that could stand in the file: every default written out, secrets as references. */
export function effectiveDocument(config: Config): Record<string, unknown> {
  return sorted(z.encode(configSchema, structuredClone(config))) as Record<string, unknown>;
}

/** The configuration as the text of an `otb.yaml`. */
export function effectiveText(config: Config): string {
  return stringify(effectiveDocument(config), { lineWidth: 0 }).trimEnd();
}
