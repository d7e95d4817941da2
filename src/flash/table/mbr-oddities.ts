import type { Mbr, MbrEntry } from './mbr.js';
import { kindOfMbrType } from './partition-kind.js';

function ofEntry({ number, type, firstSector, sectorCount }: MbrEntry): string[] {
  const name = `entry ${number}`;
  if (type === 0) return sectorCount === 0 ? [] : [`${name} has a size and no type`];
  if (sectorCount === 0) return [`${name} has a type and no size`];
  return [
    ...(firstSector === 0 ? [`${name} starts at the table itself`] : []),
    ...(firstSector + sectorCount > 2 ** 32 ? [`${name} ends beyond what an MBR can describe`] : []),
  ];
}

function overlap(one: MbrEntry, other: MbrEntry): boolean {
  return (
    one.firstSector < other.firstSector + other.sectorCount && other.firstSector < one.firstSector + one.sectorCount
  );
}

function ofPairs(entries: readonly MbrEntry[]): string[] {
  return entries.flatMap((one, index) =>
    entries
      .slice(index + 1)
      .filter((other) => overlap(one, other))
      .map((other) => `entries ${one.number} and ${other.number} overlap`),
  );
}

function ofAll(kind: Mbr['kind'], entries: readonly MbrEntry[]): string[] {
  const count = (is: (entry: MbrEntry) => boolean) => entries.filter(is).length;
  return [
    ...(kind === 'none' ? ['a boot flag is neither 00 nor 80: this may be the boot sector of a file system'] : []),
    ...(count(({ isBootable }) => isBootable) > 1 ? ['more than one entry is bootable'] : []),
    ...(count(({ type }) => kindOfMbrType(type) === 'extended') > 1 ? ['there is more than one extended entry'] : []),
    ...(kind === 'plain' && count(({ type }) => type === 0xee) > 0 ? ['a protective entry starts elsewhere'] : []),
  ];
}

/** What is wrong or unusual about a table, a sentence each. The entries of a GPT's MBR may overlap the protective one. */
export function mbrOddities(kind: Mbr['kind'], entries: readonly MbrEntry[]): string[] {
  if (entries.length === 0) return ['the sector does not end in 55 AA'];
  const used = entries.filter(({ type, sectorCount }) => type !== 0 && type !== 0xee && sectorCount > 0);
  return [...entries.flatMap(ofEntry), ...ofPairs(used), ...ofAll(kind, entries)];
}
