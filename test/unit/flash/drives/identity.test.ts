import { expect, it } from 'vitest';
import { identityDifference } from '../../../../src/flash/drives/identity.js';

const before = { majorMinor: '8:16', size: 31457280000, serial: '4C53', wwn: 'naa.5', diskSequence: 9 };

it('is undefined for the same disk, also when the kernel tells little of it', () => {
  expect(identityDifference(before, { ...before })).toBeUndefined();
  const little = { majorMinor: '7:0', size: 512, serial: undefined, wwn: undefined, diskSequence: undefined };
  expect(identityDifference(little, { ...little })).toBeUndefined();
});

it.each([
  [{ majorMinor: '8:32' }, 'its device number was 8:16 and is 8:32'],
  [{ size: 1024 }, 'its size was 29.3 GiB (31457280000 bytes) and is 1.00 KiB (1024 bytes)'],
  [{ serial: 'ABCD\u001b[2J' }, 'its serial number was 4C53 and is ABCD'],
  [{ serial: undefined }, 'its serial number was 4C53 and is unknown'],
  [{ wwn: 'naa.6' }, 'its WWN was naa.5 and is naa.6'],
  [{ diskSequence: 10 }, 'its disk sequence number was 9 and is 10'],
  [
    { size: undefined, diskSequence: 10 },
    'its size was 29.3 GiB (31457280000 bytes) and is unknown and its disk sequence number was 9 and is 10',
  ],
])('says what changed: %j', (change, words) => {
  expect(identityDifference(before, { ...before, ...change })).toBe(words);
});
