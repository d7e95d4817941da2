import { Failure } from '../../core/failure.js';
import type { TargetPath } from '../../effects/target-path.js';
import type { Drive } from './drive.js';
import { driveLines } from './drive-table.js';
import { plainWord } from './plain-word.js';

type OtherKind = Exclude<TargetPath['kind'], 'block'>;

const words: Readonly<Record<OtherKind, readonly [string, string]>> = {
  missing: ['does not exist', 'Plug the disk in, or name one of these; otb creates nothing there.'],
  'broken-link': ['is a link to nothing', 'Plug the disk in, or name one of these.'],
  file: ['is a file, not a disk', 'To write an image into a file, use `--to-file`.'],
  directory: ['is a directory, not a disk', 'Name the disk itself, not the place where it is mounted.'],
  fifo: ['is a named pipe, not a disk', 'Name one of these.'],
  character: ['is a character device, not a disk', 'Name one of these.'],
  socket: ['is a socket, not a disk', 'Name one of these.'],
};

function notFound(path: string, what: string, hint: string, drives: readonly Drive[]): Failure {
  return new Failure(`${plainWord(path)} ${what}`, { code: 'usage', hint, lines: driveLines(drives) });
}

/** `sdb` for `/dev/sdb` is the commonest slip. */
function hintFor(path: string, usual: string, drives: readonly Drive[]): string {
  const meant = drives.find(({ kernelName }) => kernelName === path);
  return meant === undefined ? usual : `Did you mean ${meant.path}?`;
}

/**
 * The device that the user named, by whatever path leads to it. A partition is found too: `objectionsTo` tells what
 * speaks against it.
 *
 * @param target what stands at the path, from `readTarget`
 * @throws Failure (usage) with the list of the disks, when it is none
 */
export function findDrive(drives: readonly Drive[], target: TargetPath): Drive {
  if (target.kind !== 'block') {
    const [what, hint] = words[target.kind];
    throw notFound(target.path, what, hintFor(target.path, hint, drives), drives);
  }
  const found = drives.find(({ majorMinor }) => majorMinor === target.majorMinor);
  if (found !== undefined) return found;
  const what = `is a block device (${target.majorMinor}) that lsblk does not list`;
  throw notFound(target.path, what, 'Name one of these.', drives);
}
