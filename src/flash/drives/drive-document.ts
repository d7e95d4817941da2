import type { Drive } from './drive.js';
import { isListed } from './drive-table.js';
import { noPermission, type Objection, type WritePolicy } from './objection.js';
import { objectionsTo } from './verdict.js';
import { warningsAbout } from './warnings.js';

/** A disk as `--json` tells it: the words of the disk as they are, sizes in bytes. */
export interface DriveEntry extends Drive {
  mayBeWritten: boolean;
  objections: readonly Objection[];
  warnings: readonly string[];
}

/** What `otb flash --json` prints without arguments. */
export interface DriveDocument {
  drives: readonly DriveEntry[];
}

/** The same disks as the table has, in lsblk's order. */
export function driveDocument(drives: readonly Drive[], policy: WritePolicy = noPermission): DriveDocument {
  return {
    drives: drives.filter(isListed).map((drive) => {
      const objections = objectionsTo(drive, policy);
      return { ...drive, mayBeWritten: objections.length === 0, objections, warnings: warningsAbout(drive) };
    }),
  };
}
