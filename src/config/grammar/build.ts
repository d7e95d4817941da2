import { gitAddressComplaint, gitAddressPattern } from '../../core/git-address.js';
import { suggest } from '../explain/suggest.js';
import { firstForeign, matching, type Complaint, type Grammar } from './grammar.js';

/** The recipes that come with otb. */
export const recipeNames = ['embedded', 'openwrt', 'overthebox', 'overthebox-2016'] as const;

/** A file or directory: relative to the configuration file, or absolute. */
// eslint-disable-next-line no-control-regex -- control characters are what this refuses
export const path: Grammar = matching(/^[^\u0000-\u001f\u007f]{1,1024}$/, {
  what: 'this is no path',
  hint: 'give a path without control characters, of 1 to 1024 characters',
});

/** A path that `make` works in: OpenWrt builds nothing below a directory with a space in its name. */
export const pathForMake: Grammar = matching(/^[^\s\p{Cc}:$#'"\\]{1,1024}$/u, {
  what: 'OpenWrt cannot build below such a path',
  hint: 'use a path without spaces, quotes, ":", "#", "$" and backslashes',
});

/** One of otb's recipes, or the path of the user's own. */
export const recipe: Grammar = {
  pattern: `^(${recipeNames.join('|')}|.*/.*|.*\\.ya?ml)$`,
  check(value) {
    if (recipeNames.some((name) => name === value)) return undefined;
    if (/\/|\.ya?ml$/.test(value)) return pathForMake.check(value);
    const meant = suggest(value, recipeNames);
    return {
      what: `there is no recipe ${JSON.stringify(value.slice(0, 40))}`,
      hint:
        meant !== undefined
          ? `did you mean "${meant}"?`
          : `take ${recipeNames.join(', ')}, or the path of your own, as ./my-recipe.yaml`,
    };
  },
};

/** A package to add, or with `-` to leave out. */
export const packageChange: Grammar = {
  pattern: '^[+-]?[A-Za-z0-9][A-Za-z0-9._+-]*$',
  check(value) {
    const name = value.replace(/^[+-]/, '');
    const foreign = firstForeign(name, /^[A-Za-z0-9._+-]$/);
    if (foreign !== undefined) {
      return { what: `a package's name holds ${foreign}`, hint: 'write tcpdump to add one, -bmon to leave one out' };
    }
    if (/^[A-Za-z0-9]/.test(name)) return undefined;
    return { what: `${JSON.stringify(value)} is no package`, hint: 'write tcpdump to add one, -bmon to leave one out' };
  },
};

const symbol = 'CONFIG_[A-Za-z0-9_][A-Za-z0-9_.+-]*';
const setting = '(?:y|m|n|-?[0-9]+|0x[0-9A-Fa-f]+|"(?:[^"\\\\]|\\\\.)*")';

/** A line of OpenWrt's `.config`. */
export const kconfigLine: Grammar = matching(new RegExp(`^(?:${symbol}=${setting}|# ${symbol} is not set)$`), {
  what: 'this is no line of .config',
  hint: 'write CONFIG_NAME=y (m, n, a number, or text in double quotes), or "# CONFIG_NAME is not set"',
});

/** The symbol that a line of `.config` sets. */
export function symbolOf(line: string): string {
  return /CONFIG_[A-Za-z0-9_.+-]+/.exec(line)?.[0] ?? line;
}

function checkAddress(value: string, schemes: RegExp, wanted: string): Complaint | undefined {
  if (value.startsWith('-')) return { what: 'the address begins with "-"', hint: wanted };
  if (/[\s\p{Cc}]/u.test(value)) return { what: 'the address holds a space or a control character', hint: wanted };
  if (/^\w+:\/\/[^/@]*:[^/@]*@/.test(value)) {
    return { what: 'the address holds a password', hint: 'leave it out: git asks your credential helper' };
  }
  if (value.includes('::'))
    return { what: 'the address holds "::", which git takes for a program to run', hint: wanted };
  return schemes.test(value) ? undefined : { what: 'this is no address to fetch from', hint: wanted };
}

/** Where git fetches from: only the transports that run nothing. */
export const gitAddress: Grammar = { pattern: gitAddressPattern, check: gitAddressComplaint };

const mirrorSchemes = /^(?:https?:\/\/.+|file:\/\/\/.+|\.{0,2}\/.+)$/;

/** Where archives are fetched from; their hashes are checked afterwards. */
export const mirrorAddress: Grammar = {
  pattern: mirrorSchemes.source,
  check: (value) => checkAddress(value, mirrorSchemes, 'use https://, http://, file:///path or a path'),
};

/** The beginning of addresses that are to be fetched elsewhere. */
export const addressPrefix: Grammar = {
  pattern: '^(https?|ssh|git)://.+|^git@.+:',
  check: (value) =>
    checkAddress(
      value,
      /^(?:(?:https?|ssh|git):\/\/.+|git@.+:.*)$/,
      'give the beginning of an address, as https://github.com/',
    ),
};

/** A commit of git by its whole hash: a name can be moved. */
export const commit: Grammar = matching(/^[0-9a-f]{40}$/, {
  what: 'this is no commit',
  hint: 'give all 40 hexadecimal digits of it (git rev-parse): names and short forms can change what they mean',
});

/** A regular expression, as JavaScript reads it. */
export const signature: Grammar = {
  pattern: '^.+$',
  check(value) {
    if (value === '') return { what: 'an empty signature would match every log' };
    try {
      new RegExp(value, 'u');
      return undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message.replace(/^.*: /s, '') : '';
      return { what: `this is no regular expression: ${reason}`, hint: 'put a \\ before . ( ) [ ] { } * + ? / | ^ $' };
    }
  },
};
