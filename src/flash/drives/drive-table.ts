import { formatBytes } from '../../core/units.js';
import type { Drive, DriveUse } from './drive.js';
import { natureObjection } from './nature.js';
import { noPermission, type Objection, type WritePolicy } from './objection.js';
import { plainWord } from './plain-word.js';
import { objectionsTo } from './verdict.js';

/** How the list is shown: the width of the terminal in columns, and what the user has allowed. */
export interface TableOptions {
  width: number;
  policy?: WritePolicy;
}

const largestListed = 6;

/** What people take for a disk: no partitions, no memory, no loop device that is empty or a program's package. */
export function isListed(drive: Drive): boolean {
  if (natureObjection(drive) !== undefined) return drive.type === 'rom' && drive.size > 0;
  return drive.type !== 'loop' || (drive.size > 0 && !drive.isReadOnly);
}

/** `SanDisk Ultra`; the vendor goes first when the model does not begin with it. */
function nameOf({ vendor, model }: Drive): string {
  const [maker, name] = [plainWord(vendor ?? ''), plainWord(model ?? '')];
  // virtio has a number for a vendor, and SATA disks the name of their bus.
  const isName = maker !== '' && maker !== 'ATA' && !maker.startsWith('0x') && !name.startsWith(maker);
  return (isName ? `${maker} ${name}` : name).trim();
}

function headOf(drive: Drive): string[] {
  const serial = plainWord(drive.serial ?? '');
  return [
    drive.path,
    formatBytes(drive.size),
    plainWord(drive.transport ?? drive.type),
    nameOf(drive) || '-',
    serial === '' ? '' : `serial ${serial}`,
  ].map(plainWord);
}

/** `sdb1 vfat "BOOT" 256.0 MiB at /boot` */
function useWords({ path, fsType, type, label, partLabel, size, mountpoints }: DriveUse): string {
  const name = plainWord(label ?? partLabel ?? '');
  const words = [
    path.replace(/^\/dev\/(?:mapper\/)?/, ''),
    fsType ?? type,
    name === '' ? '' : `"${name}"`,
    formatBytes(size),
    mountpoints.length === 0 ? '' : `at ${mountpoints.join(', ')}`,
  ];
  return plainWord(words.filter((word) => word !== '').join(' '));
}

function contentOf({ uses }: Drive): string[] {
  const lines = uses.slice(0, largestListed).map((use) => `  has ${useWords(use)}`);
  const more = uses.length - lines.length;
  return more > 0 ? [...lines, `  and ${more} more`] : lines;
}

function answerOf(objections: readonly Objection[]): string[] {
  if (objections.length === 0) return ['  may be written'];
  return objections.map(
    ({ message, canBeOverruledBy: option }) => `  no: ${message}${option === undefined ? '' : ` (${option})`}`,
  );
}

/** Breaks a line at blanks; what follows the first line stands deeper. A word longer than the width stays whole. */
function wrap(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const cut = rest.lastIndexOf(' ', width);
    const isCuttable = rest.slice(0, Math.max(cut, 0)).trim() !== '';
    if (!isCuttable) break;
    lines.push(rest.slice(0, cut));
    rest = `      ${rest.slice(cut + 1)}`;
  }
  return [...lines, rest];
}

function pad(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((word, column) => word.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** One line a disk: path, size, bus, model and serial number, in columns. For the message about a wrong path. */
export function driveLines(drives: readonly Drive[]): string[] {
  return pad(drives.filter(isListed).map(headOf));
}

/** The disks that may be written, then the others with the reasons: text for a terminal, safe to print. */
export function driveTable(drives: readonly Drive[], { width, policy = noPermission }: TableOptions): string {
  const listed = drives.filter(isListed);
  const lines = driveLines(drives);
  const blocks = listed.map((drive, index) => {
    const objections = objectionsTo(drive, policy);
    const links = drive.byId.slice(0, 1).map((link) => `  ${plainWord(link)}`);
    const body = [...links, ...contentOf(drive), ...answerOf(objections)];
    return {
      isFree: objections.length === 0,
      text: [lines[index] ?? '', ...body].flatMap((line) => wrap(line, width)).join('\n'),
    };
  });
  if (blocks.length === 0) return 'There is no disk on this machine.\n';
  const ordered = [...blocks.filter(({ isFree }) => isFree), ...blocks.filter(({ isFree }) => !isFree)];
  return `${ordered.map(({ text }) => text).join('\n\n')}\n`;
}
