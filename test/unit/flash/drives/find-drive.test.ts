import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/core/failure.js';
import type { TargetPath } from '../../../../src/effects/target-path.js';
import { findDrive } from '../../../../src/flash/drives/find-drive.js';
import { drivesIn } from './support.js';

const drives = drivesIn('usb-stick');
const list = ['/dev/sdb  29.3 GiB  usb  SanDisk Ultra  serial 4C530001240115'];

const block = (majorMinor: string, path = '/dev/disk/by-id/usb-x'): TargetPath => ({
  kind: 'block',
  path,
  resolved: '/dev/sdb',
  majorMinor,
});

function failureOf(target: TargetPath): Failure {
  try {
    findDrive(drives, target);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it was found');
}

describe('the disk that the user named', () => {
  it('is known by its number, whatever path leads there; a partition is found too', () => {
    expect(findDrive(drives, block('8:16')).path).toBe('/dev/sdb');
    expect(findDrive(drives, block('8:17')).path).toBe('/dev/sdb1');
  });

  it('is in the list of lsblk, or refused', () => {
    expect(failureOf(block('8:99', '/tmp/\u001b[1mnode'))).toMatchObject({
      code: 'usage',
      message: '/tmp/node is a block device (8:99) that lsblk does not list',
      hint: 'Name one of these.',
      lines: list,
    });
  });

  it.each([
    ['missing', 'does not exist', 'Plug the disk in, or name one of these; otb creates nothing there.'],
    ['broken-link', 'is a link to nothing', 'Plug the disk in, or name one of these.'],
    ['file', 'is a file, not a disk', 'To write an image into a file, use `--to-file`.'],
    ['directory', 'is a directory, not a disk', 'Name the disk itself, not the place where it is mounted.'],
    ['fifo', 'is a named pipe, not a disk', 'Name one of these.'],
    ['character', 'is a character device, not a disk', 'Name one of these.'],
    ['socket', 'is a socket, not a disk', 'Name one of these.'],
  ] as const)('%s: it %s', (kind, what, hint) => {
    const failure = failureOf({ kind, path: '/dev/x' });
    expect(failure).toMatchObject({ code: 'usage', message: `/dev/x ${what}`, hint, lines: list });
  });

  it('is guessed from a name without its directory', () => {
    expect(failureOf({ kind: 'missing', path: 'sdb' }).hint).toBe('Did you mean /dev/sdb?');
  });
});
