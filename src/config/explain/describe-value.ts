import { isMap, isScalar, isSeq, type Node } from 'yaml';

const longest = 40;

function shortened(text: string): string {
  return JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text);
}

/** What YAML's core schema makes of a scalar that is not empty. */
type ScalarValue = string | number | bigint | boolean;

/** What stands in the file, for a message: `the number 1234`, `the text "yes"`, `a list`. */
export function describeNode(node: Node | null): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  if (!isScalar(node) || node.value === null) return 'empty';
  const { value } = node as { value: ScalarValue };
  const written = node.source ?? String(value);
  if (typeof value === 'number') return `the number ${written.slice(0, longest)}`;
  if (typeof value === 'boolean') return `the word ${written}`;
  return `the text ${shortened(String(value))}`;
}

/** The source of a scalar; undefined for anything else. */
export function sourceOf(node: Node | null): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  const { value } = node as { value: ScalarValue };
  return node.source ?? String(value);
}
