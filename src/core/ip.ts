/** An IPv4 address as a number from 0 to 2^32-1. */
export type Ipv4 = number;

/** An IPv4 address with the length of its network's prefix, as in `192.168.100.1/24`. */
export interface Ipv4Prefix {
  address: Ipv4;
  /** 0 to 32. */
  length: number;
}

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';

/** What an IPv4 address looks like, without leading zeros: those would be read as octal by some programs. */
export const ipv4Pattern = `${octet}(?:\\.${octet}){3}`;

const ipv4Whole = new RegExp(`^${ipv4Pattern}$`);

/** Reads `192.168.100.1`; undefined when it is none. */
export function parseIpv4(text: string): Ipv4 | undefined {
  if (!ipv4Whole.test(text)) return undefined;
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Prints an address as `192.168.100.1`. */
export function formatIpv4(address: Ipv4): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/** Reads `192.168.100.1/24`; undefined when it is none. */
export function parseIpv4Prefix(text: string): Ipv4Prefix | undefined {
  const [, base = '', digits = ''] = /^([^/]*)\/(\d|[12]\d|3[0-2])$/.exec(text) ?? [];
  const address = parseIpv4(base);
  return address === undefined ? undefined : { address, length: Number(digits) };
}

/** True for an IPv6 address without a zone. */
export function isIpv6(text: string): boolean {
  return text.length <= 45 && /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(text) && URL.canParse(`http://[${text}]/`);
}

/** The first address of a prefix's network. */
export function networkOf({ address, length }: Ipv4Prefix): Ipv4 {
  return address - (address % 2 ** (32 - length));
}

/** The last address of a prefix's network. */
export function broadcastOf(prefix: Ipv4Prefix): Ipv4 {
  return networkOf(prefix) + 2 ** (32 - prefix.length) - 1;
}

/** True when the address lies in the prefix's network. */
export function contains(prefix: Ipv4Prefix, address: Ipv4): boolean {
  return networkOf(prefix) <= address && address <= broadcastOf(prefix);
}

/** True when two networks share an address. */
export function overlap(one: Ipv4Prefix, other: Ipv4Prefix): boolean {
  return networkOf(one) <= broadcastOf(other) && networkOf(other) <= broadcastOf(one);
}
