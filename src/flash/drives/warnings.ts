import { formatBytes } from '../../core/units.js';
import type { Drive, DriveUse } from './drive.js';
import { inWords } from '../../core/words.js';
import { plainWord } from './plain-word.js';

const largestUsual = 2 * 1024 ** 4;

function isDataPartition({ type, fsType }: DriveUse): boolean {
  return type === 'part' && fsType !== undefined && fsType !== 'swap';
}

/** `/dev/sdb1 (vfat, "BOOT")` */
function partitionWords({ path, fsType, label }: DriveUse): string {
  const name = plainWord(label ?? '');
  return `${path} (${fsType ?? '?'}${name === '' ? '' : `, "${name}"`})`;
}

function isClosedLuks({ fsType, kernelName }: DriveUse, uses: readonly DriveUse[]): boolean {
  return fsType === 'crypto_LUKS' && !uses.some(({ parents }) => parents.includes(kernelName));
}

/** What does not speak against a disk, and is worth a second look before it is written; safe to print. */
export function warningsAbout({ path, size, uses, isEmmc }: Drive): string[] {
  const mounted = uses.filter(({ mountpoints }) => mountpoints.some((place) => place !== '[SWAP]'));
  const data = uses.filter(isDataPartition);
  return [
    ...(size > largestUsual ? [`${path} is larger than most routers' disks: ${formatBytes(size)}`] : []),
    ...(mounted.length > 1 ? [`${mounted.length} file systems of ${path} are mounted`] : []),
    ...(data.length > 1
      ? [`${path} has ${data.length} partitions with data: ${inWords(data.map(partitionWords))}`]
      : []),
    ...uses.filter((use) => isClosedLuks(use, uses)).map((use) => `${use.path} holds encrypted data`),
    ...(isEmmc ? [`${path} is a chip on the board (eMMC), not a card`] : []),
  ];
}
