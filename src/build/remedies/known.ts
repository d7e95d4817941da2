import type { Remedy, RemedyAction, TreeFacts } from './remedy.js';

/** Later trees split libevent and call the new one libevent2; `make package/NAME/…` takes the last part of a path. */
function eventLibrary({ packages }: TreeFacts): string {
  return packages.some((path) => path.endsWith('/libevent2')) ? 'libevent2' : 'libevent';
}

function make(...targets: readonly string[]): RemedyAction[] {
  return targets.map((target) => ({ type: 'command', words: ['make', target] }));
}

/** The remedies that otb knows by itself. */
export const knownRemedies: readonly Remedy[] = [
  {
    name: 'ntpd-libevent',
    source: 'README of overthebox-openwrt, "Build failed on ntpd": ntpd links libevent before it is there',
    package: 'ntpd',
    needle: 'annot find the library',
    signature: /cannot find the library [`'‘]\S*libevent\w*\.la['’]/,
    actions: (facts) =>
      make(`package/${eventLibrary(facts)}/compile`, 'package/ntpd/clean', 'package/ntpd/compile'),
  },
  {
    name: 'bmon',
    source: 'README of overthebox-openwrt, "Build failed on bmon": nothing needs it',
    package: 'bmon',
    actions: () => [{ type: 'kconfig', line: '# CONFIG_PACKAGE_bmon is not set' }],
  },
];
