import { stat } from 'node:fs/promises';
import type { Runner } from './runner.js';

/** What blkid finds on a device. */
export interface BlockSignature {
  /** `/dev/sdb1` */
  path: string;
  fsType: string | undefined;
  label: string | undefined;
  partLabel: string | undefined;
}

const timeoutMs = 10_000;

/** Reads `blkid --output export`: `NAME=value` lines, a blank line after each device; odd characters have a backslash. */
function parseBlkid(text: string): BlockSignature[] {
  return text.split(/\n\s*\n/).flatMap((block) => {
    const lines = block.split('\n').map((line) => /^([A-Z_]+)=(.*)$/.exec(line));
    const words = new Map(
      lines.flatMap((match) => (match ? [[match[1] ?? '', unescaped(match[2] ?? '')] as const] : [])),
    );
    const path = words.get('DEVNAME');
    if (path === undefined) return [];
    return [{ path, fsType: words.get('TYPE'), label: words.get('LABEL'), partLabel: words.get('PARTLABEL') }];
  });
}

function unescaped(word: string): string {
  return word.replace(/\\(.)/g, '$1');
}

/**
 * What is on the devices of a machine without udev, where lsblk knows no file systems. Nothing where udev tells lsblk;
 * nothing either when blkid cannot look, which without root's rights it cannot.
 */
export async function readSignatures(runner: Runner, run: string): Promise<BlockSignature[]> {
  const hasUdev = await stat(`${run}/udev/data`).then(
    () => true,
    () => false,
  );
  if (hasUdev) return [];
  // Not from blkid's cache, which may be of another disk, and not into it.
  const args = ['--cache-file', '/dev/null', '--output', 'export'];
  const invocation = { file: 'blkid', args, env: { LC_ALL: 'C.UTF-8' }, readOnly: true, timeoutMs };
  const outcome = await runner.run(invocation).catch(() => undefined);
  return parseBlkid(outcome?.stdout ?? '');
}
