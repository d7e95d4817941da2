import { isScalar, type Node } from 'yaml';
import type * as z from 'zod';
import type { Complaint } from '../grammar/grammar.js';
import { describeNode, sourceOf } from './describe-value.js';
import { exampleAt, type Held } from './schema-at.js';
import { suggest } from './suggest.js';

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping (key: value)',
  record: 'a mapping (key: value)',
};

function forExample(path: readonly PropertyKey[], held: Held): string | undefined {
  const example = exampleAt(path, held);
  const key = path.findLast((part) => typeof part === 'string');
  if (example === undefined || key === undefined) return undefined;
  return typeof path.at(-1) === 'number' ? `for example ${example}` : `for example ${key}: ${example}`;
}

/** A key that must be there and is not. */
export function missing(path: readonly PropertyKey[], held: Held): Complaint {
  const example = forExample(path, held);
  return { what: 'is missing', hint: example === undefined ? 'add it' : `add it, ${example}` };
}

const affirmations: Readonly<Record<string, boolean>> = {
  yes: true,
  on: true,
  y: true,
  '1': true,
  true: true,
  no: false,
  off: false,
  n: false,
  '0': false,
  false: false,
};

function quoteHint(source: string): string {
  return `put it in quotes: "${source.replaceAll('"', '\\"').slice(0, 60)}"`;
}

function hintForType(expected: string, node: Node | null): string | undefined {
  const source = sourceOf(node);
  if (source === undefined) return undefined;
  const value: unknown = isScalar(node) ? node.value : undefined;
  if (expected === 'string') return quoteHint(source);
  if (expected === 'boolean') {
    const meant = affirmations[String(value).toLowerCase()];
    return meant === undefined ? undefined : `write ${meant}`;
  }
  if (expected === 'array') return `write it as a list: [${source.slice(0, 40)}]`;
  if (expected !== 'int' && expected !== 'number') return undefined;
  if (/^[-+]?0\d/.test(source))
    return `write ${source.replace(/^([-+]?)0+(?=\d)/, '$1')}: a leading 0 means octal to some programs`;
  if (typeof value === 'string' && /^\d{1,9}$/.test(value)) return `write it without quotes: ${value}`;
  return undefined;
}

/** A value of the wrong kind. */
export function typeComplaint(
  expected: string,
  node: Node | null,
  path: readonly PropertyKey[],
  held: Held,
): Complaint {
  const described = describeNode(node);
  const example = forExample(path, held);
  if (described === 'empty') {
    const quoted =
      typeof path.at(-1) === 'number' ? 'write a value (text that begins with # stands in quotes)' : undefined;
    return {
      what: 'is empty',
      hint: quoted ?? (example === undefined ? 'write a value, or delete the line' : `write a value, ${example}`),
    };
  }
  const hint = hintForType(expected, node) ?? example;
  return {
    what: `expected ${typeWords[expected] ?? expected}, this is ${described}`,
    ...(hint !== undefined && { hint }),
  };
}

/** A word that is not one of the possible ones. */
export function valueComplaint(possible: readonly string[], node: Node | null): Complaint {
  const list = possible.length === 1 ? String(possible[0]) : `one of ${possible.join(', ')}`;
  const source = sourceOf(node);
  if (source === undefined) return { what: `expected ${list}, this is ${describeNode(node)}` };
  const meant = suggest(source, possible);
  const boolean =
    isScalar(node) && typeof node.value === 'boolean' && possible.includes('on')
      ? node.value
        ? 'on'
        : 'off'
      : undefined;
  const guess = possible.length === 1 ? undefined : (meant ?? boolean);
  return {
    what: `expected ${list}, this is ${describeNode(node)}`,
    hint: guess === undefined ? `write ${possible.length === 1 ? list : 'one of them'}` : `did you mean "${guess}"?`,
  };
}

/** Too much or too little of something. */
export function sizeComplaint(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, node: Node | null): Complaint {
  const small = issue.code === 'too_small';
  const limit = String(small ? issue.minimum : issue.maximum);
  const bound = `at ${small ? 'least' : 'most'} ${limit}`;
  if (issue.origin === 'array')
    return { what: `the list has too ${small ? 'few' : 'many'} items`, hint: `give ${bound}` };
  if (issue.origin === 'string')
    return { what: small ? 'the text is empty' : 'the text is too long', hint: `use ${bound} characters` };
  return { what: `${describeNode(node)} is too ${small ? 'small' : 'large'}`, hint: `use ${bound}` };
}
