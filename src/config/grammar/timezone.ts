import type { Grammar } from './grammar.js';

/** A time zone by its IANA name. */
export const timezone: Grammar = {
  pattern: '^[A-Za-z0-9_+/-]{1,64}$',
  check(value) {
    const hint = 'give its IANA name, as Europe/Paris';
    if (!/^[A-Za-z0-9_+/-]{1,64}$/.test(value)) return { what: 'this is no time zone', hint };
    try {
      new Intl.DateTimeFormat('en', { timeZone: value });
      return undefined;
    } catch {
      return { what: `there is no time zone ${value}`, hint };
    }
  },
};
