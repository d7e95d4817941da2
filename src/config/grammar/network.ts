import { broadcastOf, formatIpv4, ipv4Pattern, isIpv6, networkOf, parseIpv4, parseIpv4Prefix } from '../../core/ip.js';
import { firstForeign, matching, type Complaint, type Grammar } from './grammar.js';

/** A network device of the Linux kernel: `eth1`, `eth0.2`, `wwan0`. */
export const interfaceName: Grammar = {
  pattern: '^[A-Za-z0-9_][A-Za-z0-9._@-]{0,14}$',
  check(name) {
    if (name === '') return { what: 'the device is empty', hint: 'name a network device, as eth1' };
    const foreign = firstForeign(name, /^[A-Za-z0-9._@-]$/);
    if (foreign !== undefined) {
      return { what: `a network device's name holds ${foreign}`, hint: 'use letters, digits, ".", "_", "@" and "-"' };
    }
    if (!/^[A-Za-z0-9_]/.test(name)) {
      return { what: `a network device's name begins with "${name.charAt(0)}"`, hint: 'begin with a letter or digit' };
    }
    if (name.length > 15) {
      return { what: `a network device's name has ${name.length} characters`, hint: 'the kernel allows 15' };
    }
    return undefined;
  },
};

/** A modem: a path below `/sys/devices` or `/dev`. */
export const modemPath: Grammar = matching(/^\/(?:sys\/devices|dev)\/(?!.*\.\.)[A-Za-z0-9._:/@-]{1,200}$/, {
  what: 'this is no path of a modem',
  hint: 'give its path below /sys/devices (modemmanager) or /dev (qmi), as /dev/cdc-wdm0',
});

/** An IPv4 address. */
export const ipv4: Grammar = {
  pattern: `^${ipv4Pattern}$`,
  check(value) {
    if (parseIpv4(value) !== undefined) return undefined;
    const hint = value.includes('/') ? 'leave the "/…" out here' : 'write four numbers from 0 to 255, as 192.0.2.1';
    return { what: `${JSON.stringify(value.slice(0, 60))} is no IPv4 address`, hint };
  },
};

/** A network as `10.0.0.0/8`, or one address. */
export const network: Grammar = {
  pattern: `^${ipv4Pattern}(/([0-9]|[12][0-9]|3[0-2]))?$`,
  check(value) {
    const prefix = parseIpv4Prefix(value.includes('/') ? value : `${value}/32`);
    if (!prefix) return { what: `${quoted(value)} is no IPv4 network`, hint: 'write it as 10.0.0.0/8' };
    const base = `${formatIpv4(networkOf(prefix))}/${prefix.length}`;
    if (networkOf(prefix) === prefix.address) return undefined;
    return { what: `${value} is an address in a network, not the network`, hint: `write ${base}` };
  },
};

/** The address of a machine with its network, as `192.168.100.1/24`. */
export const interfaceAddress: Grammar = {
  pattern: `^${ipv4Pattern}/([1-9]|[12][0-9]|3[0-2])$`,
  check(value) {
    const prefix = parseIpv4Prefix(value);
    if (!prefix)
      return { what: `${quoted(value)} is no IPv4 address with a prefix`, hint: 'write it as 192.168.100.1/24' };
    if (prefix.length === 0)
      return { what: 'a prefix of /0 is the whole internet', hint: 'write it as 192.168.100.1/24' };
    if (prefix.length >= 31) return undefined;
    if (prefix.address === networkOf(prefix)) return notAMachine(value, 'the network itself');
    if (prefix.address === broadcastOf(prefix)) return notAMachine(value, "the network's broadcast address");
    return undefined;
  },
};

function notAMachine(value: string, what: string): Complaint {
  return { what: `${value} is ${what}`, hint: 'give the address of the machine in it, as 192.168.100.1/24' };
}

function quoted(value: string): string {
  return JSON.stringify(value.slice(0, 60));
}

/** Says what is wrong with a host name (RFC 1123) or an address. */
export function checkHost(value: string): Complaint | undefined {
  if (parseIpv4(value) !== undefined || isIpv6(value)) return undefined;
  const hint = 'give a host name (RFC 1123) or an IP address';
  if (value === '') return { what: 'the host is empty', hint };
  if (value.startsWith('-')) return { what: 'the host begins with "-"', hint };
  const foreign = firstForeign(value, /^[A-Za-z0-9._-]$/);
  if (foreign !== undefined) return { what: `the host holds ${foreign}`, hint };
  if (/^[0-9.]+$/.test(value)) return { what: `${quoted(value)} is no IPv4 address`, hint };
  if (value.length > 253) return { what: `the host name has ${value.length} characters`, hint: 'it has at most 253' };
  const bad = value.split('.').find((part) => !/^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(part));
  if (bad === undefined) return undefined;
  return {
    what: `${quoted(bad)} is no part of a host name`,
    hint: 'a part has 1 to 63 characters, no "-" at its ends',
  };
}

/** A host name or an IP address. */
export const host: Grammar = { pattern: '^[A-Za-z0-9_:][A-Za-z0-9._:-]{0,252}$', check: checkHost };

/** An Ethernet address of one machine. */
export const macAddress: Grammar = {
  pattern: '^[0-9A-Fa-f][02468ACEace](:[0-9A-Fa-f]{2}){5}$',
  check(value) {
    if (!/^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}$/.test(value)) {
      return { what: `${quoted(value)} is no Ethernet address`, hint: 'write it as 02:00:5e:10:00:01' };
    }
    if (parseInt(value.slice(0, 2), 16) % 2 === 1) {
      return { what: `${value} is a group's address`, hint: 'the second digit must be even' };
    }
    return undefined;
  },
};
