import { expect, it } from 'vitest';
import { parseConfig } from '../../../src/build/kconfig.js';
import { parsePackageInfo, selectedSources } from '../../../src/build/package-info.js';

const text = `Source-Makefile: package/network/utils/iproute2/Makefile

Package: ip-full
Version: 6.15
Package: tc

@@
Source-Makefile: package/feeds/otb/otb/Makefile

Package: otb
@@
`;

it('reads the source packages of a tree, and finds those a configuration builds', () => {
  const sources = parsePackageInfo(text);
  expect(sources).toEqual([
    { path: 'package/network/utils/iproute2', packages: ['ip-full', 'tc'] },
    { path: 'package/feeds/otb/otb', packages: ['otb'] },
  ]);
  const selected = selectedSources(sources, parseConfig('CONFIG_PACKAGE_tc=m\n# CONFIG_PACKAGE_otb is not set\n'));
  expect(selected.map(({ path }) => path)).toEqual(['package/network/utils/iproute2']);
});
