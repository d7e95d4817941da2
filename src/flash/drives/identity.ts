import type { BlockIdentity } from '../../effects/block-identity.js';
import { formatBytes } from '../../core/units.js';
import { inWords } from '../../core/words.js';
import { plainWord } from './plain-word.js';

type Words = Readonly<{ [Name in keyof BlockIdentity]: string }>;

const names: Words = {
  majorMinor: 'device number',
  size: 'size',
  serial: 'serial number',
  wwn: 'WWN',
  diskSequence: 'disk sequence number',
};

function valueOf(name: keyof BlockIdentity, identity: BlockIdentity): string {
  const value = identity[name];
  if (value === undefined) return 'unknown';
  return name === 'size' ? `${formatBytes(Number(value))} (${value} bytes)` : plainWord(String(value));
}

/**
 * What is not the same any more between two looks at a disk, as the end of a sentence: `its serial number was A and is
 * B`. Undefined when nothing changed.
 */
export function identityDifference(before: BlockIdentity, after: BlockIdentity): string | undefined {
  const keys = Object.keys(names) as (keyof BlockIdentity)[];
  const changes = keys
    .filter((name) => before[name] !== after[name])
    .map((name) => `its ${names[name]} was ${valueOf(name, before)} and is ${valueOf(name, after)}`);
  return changes.length === 0 ? undefined : inWords(changes);
}
