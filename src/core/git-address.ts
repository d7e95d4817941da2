const advice = 'use https://, ssh://, git@host:path, file:///path or a path';

const schemes = /^(?:(?:https?|ssh|git):\/\/[^/].*|file:\/\/\/.+|[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+:.+|\.{0,2}\/.+)$/;

/** What is wrong with an address: a clause without a full stop, and what to do. */
export interface AddressComplaint {
  what: string;
  hint: string;
}

/**
 * Says why git must not be given an address; undefined when it may. Allowed are the transports that run nothing on
 * this machine; `ext::`, and whatever git could take for an option, are not.
 */
export function gitAddressComplaint(value: string): AddressComplaint | undefined {
  if (value.startsWith('-')) return { what: 'the address begins with "-"', hint: advice };
  if (/[\s\p{Cc}]/u.test(value)) return { what: 'the address holds a space or a control character', hint: advice };
  if (/^\w+:\/\/[^/@]*:[^/@]*@/.test(value)) {
    return { what: 'the address holds a password', hint: 'leave it out: git asks your credential helper' };
  }
  if (value.includes('::'))
    return { what: 'the address holds "::", which git takes for a program to run', hint: advice };
  // ssh takes a host that begins with "-" for an option.
  if (/^\w+:\/\/(?:[^/@]*@)?-/.test(value)) return { what: 'the host begins with "-"', hint: advice };
  return schemes.test(value) ? undefined : { what: 'this is no address to fetch from', hint: advice };
}

/** Which addresses {@link gitAddressComplaint} may allow, as the source of a regular expression. */
export const gitAddressPattern = schemes.source;

/** True for a path of this machine, which needs no network and no cache. `file://` is an URL like the others. */
export function isLocalPath(address: string): boolean {
  return /^\.{0,2}\//.test(address);
}
