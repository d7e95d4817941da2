import { firstForeign, matching, type Complaint, type Grammar } from './grammar.js';

/** Names that OpenWrt, mwan3 or otb give a meaning of their own. */
const reserved = new Set([
  'lan',
  'loopback',
  'globals',
  'default',
  'unreachable',
  'blackhole',
  'all',
  'balanced',
  'failover',
  'otb',
  'otb_gateway',
  'otb_tunnel',
]);

function checkUciName(name: string, kind: string, limit: number, why: string): Complaint | undefined {
  if (name === '') return { what: `${kind} is empty`, hint: 'use letters, digits and _' };
  const foreign = firstForeign(name, /^[A-Za-z0-9_]$/);
  if (foreign !== undefined) {
    return { what: `${kind} holds ${foreign}`, hint: 'UCI allows only letters, digits and _' };
  }
  if (name.length > limit) {
    return { what: `${kind} has ${name.length} characters`, hint: `use at most ${limit}: ${why}` };
  }
  if (reserved.has(name)) return { what: `"${name}" is a reserved name`, hint: 'choose another one' };
  return undefined;
}

/** A WAN's name: also the name of its UCI sections and of mwan3's iptables chains. */
export const wanName: Grammar = {
  pattern: '^[A-Za-z0-9_]{1,13}$',
  check: (name) =>
    checkUciName(name, 'the name of a WAN', 13, 'mwan3 makes a chain of it, and silently breaks on longer names'),
};

/** The name of a policy or of a rule of mwan3. */
export const mwan3Name: Grammar = {
  pattern: '^[A-Za-z0-9_]{1,15}$',
  check: (name) => checkUciName(name, 'the name', 15, 'mwan3 silently skips policies and rules with longer names'),
};

/** A name that is given on the command line, and that becomes the machine's host name. */
export const machineName: Grammar = {
  pattern: '^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$',
  check(name) {
    if (name === '') return { what: 'the name is empty' };
    const foreign = firstForeign(name, /^[A-Za-z0-9-]$/);
    const hint = 'it becomes the host name: letters, digits and - inside (RFC 1123)';
    if (foreign !== undefined) return { what: `the name holds ${foreign}`, hint };
    if (/^-|-$/.test(name)) return { what: 'the name begins or ends with "-"', hint };
    if (name.length > 63) return { what: `the name has ${name.length} characters`, hint: 'a host name has at most 63' };
    return undefined;
  },
};

/** A name in otb's own lists (remedies, checks): shown, never given to a machine. */
export const label: Grammar = matching(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}$/, {
  what: 'this is no name',
  hint: 'begin with a letter or digit; go on with letters, digits, spaces, ".", "_" and "-"; at most 60 characters',
});

/** The name of an environment variable. */
export const variableName: Grammar = matching(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, {
  what: 'this is no name of an environment variable',
  hint: 'use letters, digits and _, and no digit first',
});

/** The name of an algorithm as the kernel spells it. */
export const kernelName: Grammar = matching(/^[a-z0-9_]{1,15}$/, {
  what: 'this is no name the kernel could know',
  hint: 'use lower-case letters, digits and _, at most 15 characters',
});
