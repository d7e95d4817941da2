import type { YAMLError } from 'yaml';
import type { Complaint } from '../grammar/grammar.js';

type ErrorCode = YAMLError['code'];

const words: Readonly<Partial<Record<ErrorCode, Complaint>>> = {
  ALIAS_PROPS: { what: 'an alias takes neither anchor nor tag', hint: 'write *name alone' },
  BAD_ALIAS: { what: 'this is no name of an anchor', hint: 'put text that begins with * or & in quotes' },
  BAD_DIRECTIVE: { what: 'this line is no directive of YAML', hint: 'put text that begins with % in quotes' },
  BAD_DQ_ESCAPE: {
    what: 'the \\ in the double quotes begins no escape',
    hint: "write \\\\ for a backslash, or use '…'",
  },
  BAD_INDENT: { what: 'the indentation fits no line above', hint: 'line it up with its neighbours' },
  BAD_SCALAR_START: { what: 'text cannot begin with this character', hint: 'put the text in quotes' },
  BLOCK_AS_IMPLICIT_KEY: { what: 'a second ":" in one line', hint: 'put text that holds ": " in quotes' },
  BLOCK_IN_FLOW: { what: 'a list with "-" inside [ ] or { }', hint: 'separate the items by commas' },
  KEY_OVER_1024_CHARS: { what: 'the key is longer than 1024 characters' },
  MISSING_CHAR: { what: 'a character is missing' },
  MULTILINE_IMPLICIT_KEY: { what: 'this line is no "key: value"', hint: 'a ":" with a space after it may be missing' },
  MULTIPLE_ANCHORS: { what: 'the value has two anchors', hint: 'keep one' },
  MULTIPLE_TAGS: { what: 'the value has two tags', hint: 'keep none' },
  NON_STRING_KEY: { what: 'a key must be text', hint: 'put it in quotes' },
  TAB_AS_INDENT: { what: 'a tab in the indentation', hint: 'YAML allows only spaces there' },
  TAG_RESOLVE_FAILED: { what: 'tags (!name) are not used in this file', hint: 'delete it' },
  RESOURCE_EXHAUSTION: { what: 'the file is nested too deeply' },
};

function missingCharacter(message: string): Complaint | undefined {
  if (/closing ("|')quote|Missing closing/.test(message)) {
    return { what: 'the closing quote is missing', hint: 'write it at the end of the text' };
  }
  const [, bracket] = /to end with an? ([\]}])|end with ([\]}])/.exec(message) ?? [];
  if (bracket !== undefined) return { what: `the closing ${bracket} is missing` };
  if (/, /.test(message) && message.includes('Missing ,'))
    return { what: 'a comma is missing', hint: 'separate the items by commas' };
  return undefined;
}

/** A syntax error of YAML in plain words. */
export function syntaxComplaint({ code, message }: YAMLError): Complaint {
  const specific = code === 'MISSING_CHAR' || code === 'BAD_INDENT' ? missingCharacter(message) : undefined;
  return specific ?? words[code] ?? { what: message.replace(/\.?$/, '').replace(/^./, (first) => first.toLowerCase()) };
}

/** True for errors after which the rest of the file may have been understood wrongly. */
export function breaksStructure(code: ErrorCode): boolean {
  return ![
    'ALIAS_PROPS',
    'BAD_ALIAS',
    'BAD_DQ_ESCAPE',
    'MULTIPLE_ANCHORS',
    'MULTIPLE_TAGS',
    'TAG_RESOLVE_FAILED',
    'NON_STRING_KEY',
  ].includes(code);
}
