import { readFileSync } from 'node:fs';
import { parseConfig } from '../../../src/config/parse-config.js';
import type { Config } from '../../../src/config/config.js';
import { problemText } from '../../../src/config/problem.js';

/** A file of test/fixtures/config. */
export function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/config/${name}`, import.meta.url), 'utf8');
}

/** All problems of a text, as the user reads them without the excerpts. */
export function problemsOf(text: string): string[] {
  return (parseConfig(text, 'otb.yaml').problems ?? []).map(problemText);
}

/** The configuration in a text that is valid. */
export function configOf(text: string): Config {
  const { config, problems } = parseConfig(text, 'otb.yaml');
  if (!config) throw new Error(problems.map(problemText).join('\n'));
  return config;
}

/** A valid file of two WANs. Lines that are given replace those that begin with the same words. */
export const base = `version: 1
gateway:
  name: paris
  ssh: debian@gw.example.net
  tunnel: { key: { file: ./secrets/tunnel.key } }
devices:
  - name: home
    ssh: root@192.168.100.1
    wans:
      - { name: fiber, device: eth1, proto: dhcp, down: 500, up: 200 }
      - { name: lte, device: eth2, proto: dhcp, role: backup }
`;

/** {@link base} with one piece of text replaced; the piece must be there. */
export function changed(piece: string, by: string): string {
  if (!base.includes(piece)) throw new Error(`not in the base: ${piece}`);
  return base.replace(piece, () => by);
}
