import * as z from 'zod';

/** What is wrong with one value, and what to do about it. */
export interface Complaint {
  /** A clause without a full stop: `holds "-"`. */
  what: string;
  /** In the imperative. */
  hint?: string;
}

/** A rule that a text must obey, once for otb's own check and once for editors. */
export interface Grammar {
  /** For the JSON Schema; it may allow more than `check` does, never less. */
  pattern: string;
  /** Says which rule a text breaks; undefined when it breaks none. */
  check(text: string): Complaint | undefined;
}

const separator = '\n';

/** A complaint as the message of a zod issue: zod's messages are one text. */
export function messageOfComplaint({ what, hint }: Complaint): string {
  return hint === undefined ? what : `${what}${separator}${hint}`;
}

/** The complaint in a message made by {@link messageOfComplaint}. */
export function complaintOfMessage(message: string): Complaint {
  const [what = '', hint] = message.split(separator, 2);
  return { what, ...(hint !== undefined && { hint }) };
}

/** A text that obeys a grammar. */
export function text(grammar: Grammar): z.ZodString {
  return z
    .string()
    .check((context) => {
      const complaint = grammar.check(context.value);
      if (complaint) {
        context.issues.push({ code: 'custom', message: messageOfComplaint(complaint), input: context.value });
      }
    })
    .meta({ pattern: grammar.pattern });
}

/** A grammar that is a regular expression and one sentence. */
export function matching(pattern: RegExp, complaint: Complaint): Grammar {
  return { pattern: pattern.source, check: (value) => (pattern.test(value) ? undefined : complaint) };
}

/** The first character of a text that is not one of the allowed, quoted; undefined when all are. */
export function firstForeign(value: string, allowed: RegExp): string | undefined {
  const found = Array.from(value).find((character) => !allowed.test(character));
  return found === undefined ? undefined : JSON.stringify(found);
}
