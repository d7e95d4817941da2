import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  broadcastOf,
  contains,
  formatIpv4,
  isIpv6,
  networkOf,
  overlap,
  parseIpv4,
  parseIpv4Prefix,
} from '../../../src/core/ip.js';

const prefix = (text: string) => parseIpv4Prefix(text) ?? expect.fail(text);

describe('IPv4', () => {
  it('reads what it prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (address) => parseIpv4(formatIpv4(address)) === address),
    );
  });

  it.each(['', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1.2.3.4 ', '0x1.2.3.4', '1.2.3.-4', '١.2.3.4'])(
    '%j is no address',
    (text) => {
      expect(parseIpv4(text)).toBeUndefined();
    },
  );

  it.each(['1.2.3.4', '1.2.3.4/33', '1.2.3.4/', '1.2.3.4/08', '1.2.3.4/2/4'])('%j is no prefix', (text) => {
    expect(parseIpv4Prefix(text)).toBeUndefined();
  });

  it('knows its network', () => {
    expect(formatIpv4(networkOf(prefix('192.168.100.77/26')))).toBe('192.168.100.64');
    expect(formatIpv4(broadcastOf(prefix('192.168.100.77/26')))).toBe('192.168.100.127');
    expect(formatIpv4(broadcastOf(prefix('255.1.2.3/0')))).toBe('255.255.255.255');
    expect(contains(prefix('10.0.0.1/8'), parseIpv4('10.255.0.1') ?? 0)).toBe(true);
    expect(contains(prefix('10.0.0.1/8'), parseIpv4('11.0.0.0') ?? 0)).toBe(false);
    expect(overlap(prefix('10.0.0.1/8'), prefix('10.9.9.9/24'))).toBe(true);
    expect(overlap(prefix('10.0.0.1/24'), prefix('10.0.1.1/24'))).toBe(false);
  });
});

describe('IPv6', () => {
  it.each(['::', '::1', '2001:db8::1', '::ffff:192.0.2.1', 'FE80::1'])('%s', (text) => {
    expect(isIpv6(text)).toBe(true);
  });
  it.each(['', '1.2.3.4', ':', ':::', '1::2::3', 'fe80::1%eth0', '[::1]', '2001:db8', 'g::1'])('%j is none', (text) => {
    expect(isIpv6(text)).toBe(false);
  });
});
