import type * as z from 'zod';
import { complaintOfMessage, type Complaint } from '../grammar/grammar.js';
import type { Finding } from '../document/finding.js';
import type { Places } from '../document/places.js';
import { pathText } from '../problem.js';
import { describeNode } from './describe-value.js';
import { keysAt, schemasAt, type Held } from './schema-at.js';
import { suggest } from './suggest.js';
import { missing, sizeComplaint, typeComplaint, valueComplaint } from './complaints.js';

type Issue = z.core.$ZodIssue;

/** What is needed to say where an issue is and what stands there. */
export interface Surroundings extends Held {
  places: Places;
}

/** Other values of `proto` that do know a key of a WAN. */
function protosThatKnow(key: string, path: readonly PropertyKey[], held: Held): string[] {
  const [list] = schemasAt(path.slice(0, -1), held);
  return (list?.items?.oneOf ?? [])
    .filter((one) => Object.hasOwn(one.properties ?? {}, key))
    .map((one) => String(one.properties?.['proto']?.const));
}

function unknownKey(key: string, path: readonly PropertyKey[], held: Held): Complaint {
  const protos = protosThatKnow(key, path, held);
  if (protos.length > 0) {
    return {
      what: `${key} does not go with this proto`,
      hint: `it belongs to ${protos.join(', ')}; delete it or change proto`,
    };
  }
  const known = keysAt(path, held);
  const meant = suggest(key, known);
  const what = path.length === 0 ? 'there is no such section' : 'there is no such option';
  if (meant !== undefined) return { what, hint: `did you mean "${meant}"?` };
  return { what, hint: `what there is: ${known.slice(0, 30).join(', ')}` };
}

function unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys, around: Surroundings): Finding[] {
  return issue.keys.map((key) => {
    const path = [...issue.path, key];
    return { offset: around.places.find(path).keyOffset, path, ...unknownKey(key, issue.path, around) };
  });
}

/** The branch of a union that the value was meant for: the only one whose problems are all deeper inside. */
function meantBranch(issue: z.core.$ZodIssueInvalidUnion): readonly Issue[] | undefined {
  const inside = issue.errors.filter((branch) =>
    branch.every(({ path, code }) => path.length > 0 || code === 'custom'),
  );
  return inside.length === 1 ? inside[0] : undefined;
}

/** The values that tell the members of a union apart; zod gives them without saying so in its types. */
function optionsOf(issue: z.core.$ZodIssueInvalidUnion): string[] {
  return ((issue as { options?: readonly unknown[] }).options ?? []).map(String);
}

function complaintOf(issue: Issue, around: Surroundings): Complaint {
  const { value, found } = around.places.find(issue.path);
  if (!found) return missing(issue.path, around);
  const ours = issue.code === 'custom' || issue.message.includes('\n');
  if (ours) return complaintOfMessage(issue.message);
  switch (issue.code) {
    case 'invalid_type':
      return typeComplaint(issue.expected, value, issue.path, around);
    case 'invalid_value':
      return valueComplaint(issue.values.map(String), value);
    case 'invalid_union':
      return valueComplaint(optionsOf(issue), value);
    case 'too_small':
    case 'too_big':
      return sizeComplaint(issue, value);
    default:
      return { what: `${describeNode(value)} cannot stand here` };
  }
}

function one(issue: Issue, complaint: Complaint, around: Surroundings, at: 'offset' | 'keyOffset' = 'offset'): Finding {
  return { offset: around.places.find(issue.path)[at], path: issue.path, ...complaint };
}

/** An issue of zod as problems for people. */
export function explainIssue(issue: Issue, around: Surroundings): Finding[] {
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue, around);
  if (issue.code === 'invalid_key') {
    const [inner] = issue.issues;
    return [
      one(issue, complaintOfMessage(inner?.message ?? `${pathText(issue.path)} cannot be a key`), around, 'keyOffset'),
    ];
  }
  const branch =
    issue.code === 'invalid_union' && !('discriminator' in issue && issue.discriminator)
      ? meantBranch(issue)
      : undefined;
  if (branch)
    return branch.flatMap((inner) => explainIssue({ ...inner, path: [...issue.path, ...inner.path] }, around));
  return [one(issue, complaintOf(issue, around), around)];
}
