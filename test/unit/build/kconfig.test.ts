import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { droppedSymbols, packageLine, parseConfig, printSymbol } from '../../../src/build/kconfig.js';

describe('a .config', () => {
  it('is read as make reads it: a later line wins, "is not set" is n', () => {
    const text = 'CONFIG_A=y\n# CONFIG_A is not set\nCONFIG_B="two words"\n# a comment\nCONFIG_PACKAGE_g++-x.y=m\nCONFIG_N=16\n';
    expect([...parseConfig(text)]).toEqual([
      ['CONFIG_A', 'n'],
      ['CONFIG_B', '"two words"'],
      ['CONFIG_PACKAGE_g++-x.y', 'm'],
      ['CONFIG_N', '16'],
    ]);
  });

  it('survives printing and reading', () => {
    const value = fc.oneof(fc.constantFrom('y', 'm', 'n'), fc.integer().map(String));
    const name = fc.stringMatching(/^CONFIG_[A-Z][A-Za-z0-9_.+-]{0,12}$/);
    fc.assert(
      fc.property(fc.dictionary(name, value), (symbols) => {
        const text = Object.entries(symbols).map(([symbol, one]) => printSymbol(symbol, one)).join('\n');
        expect(Object.fromEntries(parseConfig(text))).toEqual({ ...symbols });
      }),
    );
  });

  it.each([
    ['tcpdump', 'CONFIG_PACKAGE_tcpdump=y'],
    ['+tcpdump', 'CONFIG_PACKAGE_tcpdump=y'],
    ['-bmon', '# CONFIG_PACKAGE_bmon is not set'],
  ])('takes the package word %s as ImageBuilder does', (word, line) => {
    expect(packageLine(word)).toBe(line);
  });
});

describe('what defconfig dropped', () => {
  const dropped = (wanted: string, got: string) => droppedSymbols(parseConfig(wanted), parseConfig(got));

  it('is a wish that is gone, changed, or selected although it was not wanted', () => {
    expect(dropped('CONFIG_A=y\nCONFIG_B=16\n# CONFIG_C is not set', 'CONFIG_B=32\nCONFIG_C=y')).toEqual([
      { symbol: 'CONFIG_A', wanted: 'y', got: 'n' },
      { symbol: 'CONFIG_B', wanted: '16', got: '32' },
      { symbol: 'CONFIG_C', wanted: 'n', got: 'y' },
    ]);
  });

  it('is not a module that became built in, nor an unwanted symbol the tree does not know', () => {
    expect(dropped('CONFIG_A=m\n# CONFIG_UNKNOWN is not set', 'CONFIG_A=y')).toEqual([]);
  });
});
