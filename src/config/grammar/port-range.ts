import type { Grammar } from './grammar.js';

/** The first and the last port of a range. */
export type PortRange = readonly [first: number, last: number];

/** Reads `8000-8010`; undefined when it is none. */
export function parsePortRange(value: string): PortRange | undefined {
  const [, first, last] = /^([1-9]\d{0,4})-([1-9]\d{0,4})$/.exec(value) ?? [];
  return first === undefined ? undefined : [Number(first), Number(last)];
}

/** A range of ports, as `8000-8010`. */
export const portRange: Grammar = {
  pattern: '^[1-9][0-9]{0,4}-[1-9][0-9]{0,4}$',
  check(value) {
    const hint = 'write a port from 1 to 65535, a range as 8000-8010, or all';
    const range = parsePortRange(value);
    if (!range) return { what: `${JSON.stringify(value.slice(0, 40))} is no range of ports`, hint };
    const [first, last] = range;
    if (last > 65535) return { what: `there is no port ${last}`, hint };
    if (first >= last) return { what: `the range ${value} runs backwards`, hint: `write ${last}-${first}` };
    return undefined;
  },
};

/** mwan3's own lists: `80`, `80,443`, `1024:2048`. */
export const mwan3Ports: Grammar = {
  pattern: '^[0-9]{1,5}([,:][0-9]{1,5})*$',
  check(value) {
    const hint = 'write 80, "80,443" or "1024:2048"';
    if (!/^\d{1,5}(?::\d{1,5})?(?:,\d{1,5}(?::\d{1,5})?){0,14}$/.test(value))
      return { what: 'this is no list of ports', hint };
    const bad = value.split(/[,:]/).find((one) => Number(one) < 1 || Number(one) > 65535);
    return bad === undefined ? undefined : { what: `there is no port ${bad}`, hint };
  },
};
