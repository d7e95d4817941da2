import { describe, expect, it } from 'vitest';
import { explainDropped } from '../../../src/build/explain-dropped.js';
import { parsePackageFacts } from '../../../src/build/package-facts.js';

const index = parsePackageFacts(`Source-Makefile: package/net/Makefile

Package: tunnel
Version: 1
Depends: +libc +libcrypt @IPV6 +MBEDTLS:libmbedtls
Conflicts:
Provides: vpn
@@


Source-Makefile: package/libs/Makefile

Package: libcrypt
Depends: +libc +libmissing
@@


Package: libc
Depends:
@@


Package: chosen-first
Depends: +libc chooser
@@


Package: chooser
Depends: +libc
@@


Package: meta
Depends: +libc +chooser +EXTRAS:bmon
@@


Package: bmon
Depends: +libc
@@


Package: dns-small
Provides: dns
Conflicts: dns-full
@@


Package: dns-full
Provides: dns
@@


Package: wants-dns
Depends: +dns
@@
`);

function why(symbol: string, config: Record<string, string> = {}, wanted = 'y'): string | undefined {
  const set = new Map(Object.entries(config).map(([name, value]) => [`CONFIG_${name}`, value]));
  return explainDropped({ symbol: `CONFIG_${symbol}`, wanted, got: wanted === 'n' ? 'y' : 'n' }, index, set);
}

describe('why a wish was dropped', () => {
  it('is a name that no feed has', () => {
    expect(why('PACKAGE_chooserr')).toBe('no feed has a package "chooserr"; did you mean chooser?');
    expect(why('PACKAGE_something-else')).toBe('no feed has a package "something-else"');
  });

  it('is a dependency that nothing provides, however deep', () => {
    expect(why('PACKAGE_tunnel', { IPV6: 'y' })).toBe('tunnel needs libcrypt, which needs libmissing, and no feed has it');
  });

  it('is a condition that is not met', () => {
    const bare = parsePackageFacts('Package: six\nDepends: +libc @IPV6\n@@\n\nPackage: libc\nDepends:\n@@\n');
    const dropped = { symbol: 'CONFIG_PACKAGE_six', wanted: 'y', got: 'n' };
    expect(explainDropped(dropped, bare, new Map())).toBe('six wants IPV6, and that is not so');
    expect(explainDropped(dropped, bare, new Map([['CONFIG_IPV6', 'y']]))).toBeUndefined();
  });

  it('is a dependency under a condition only where that holds', () => {
    const some = parsePackageFacts('Package: a\nDepends: +TLS:gone\n@@\n');
    const dropped = { symbol: 'CONFIG_PACKAGE_a', wanted: 'y', got: 'n' };
    expect(explainDropped(dropped, some, new Map())).toBeUndefined();
    expect(explainDropped(dropped, some, new Map([['CONFIG_TLS', 'y']]))).toBe('a needs gone, and no feed has it');
  });

  it('is a package that must be chosen, and is not', () => {
    expect(why('PACKAGE_chosen-first')).toBe('chosen-first wants chooser to be chosen, too');
    expect(why('PACKAGE_chosen-first', { PACKAGE_chooser: 'm' })).toBeUndefined();
  });

  it('is a package that excludes it, whichever of the two says so', () => {
    const text = 'dns-small and dns-full exclude each other, and dns-full is chosen';
    expect(why('PACKAGE_dns-small', { 'PACKAGE_dns-full': 'y' })).toBe(text);
    expect(why('PACKAGE_dns-full', { 'PACKAGE_dns-small': 'y' })).toBe(
      'dns-full and dns-small exclude each other, and dns-small is chosen',
    );
  });

  it('is nothing where one of several provides it', () => {
    expect(why('PACKAGE_wants-dns')).toBeUndefined();
  });

  it('names what brings along a package that was left out', () => {
    expect(why('PACKAGE_chooser', { PACKAGE_meta: 'y' }, 'n')).toBe('meta brings it along');
    expect(why('PACKAGE_bmon', { PACKAGE_meta: 'y' }, 'n')).toBeUndefined();
    expect(why('PACKAGE_bmon', { PACKAGE_meta: 'y', EXTRAS: 'y' }, 'n')).toBe('meta brings it along');
  });

  it('says nothing of what is no package', () => {
    expect(why('TARGET_x86')).toBeUndefined();
  });
});
