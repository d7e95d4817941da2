import type { Runner } from '../../effects/runner.js';

/** How long the content of an xz file is in bytes, by its index; undefined when xz cannot tell, or is not there. */
export async function readXzSize(path: string, run: Runner, signal: AbortSignal): Promise<number | undefined> {
  const list = { file: 'xz', args: ['--robot', '--list', '--', path], readOnly: true };
  const outcome = await run.run(list, { signal }).catch(() => undefined);
  if (outcome?.exitCode !== 0) return undefined;
  // totals STREAMS BLOCKS COMPRESSED UNCOMPRESSED RATIO …
  const [, , , , size] = (/^totals\t.*$/m.exec(outcome.stdout)?.[0] ?? '').split('\t');
  return size !== undefined && /^\d+$/.test(size) ? Number(size) : undefined;
}
