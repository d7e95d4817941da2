// What the benchmarks share: runs that are timed, and how their times become one.
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

/** The program, as a user runs it. */
export const otb = fileURLToPath(new URL('../../bin/otb.js', import.meta.url));

// The peak of a process' memory is told by the process itself, when it ends.
const peak = 'process.on("exit", () => process.stderr.write(`\\npeak ${process.resourceUsage().maxRSS}\\n`));';

/** Options of Node with which a run tells its peak of memory. */
export const tellingPeak = ['--import', `data:text/javascript,${encodeURIComponent(peak)}`];

/**
 * Runs to the end: how many milliseconds that took, what it printed, and its peak in MiB (0 when it does not tell).
 * Another exit status than `wanted` is an error.
 */
export function run(file, args, { wanted = 0, ...options } = {}) {
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', maxBuffer: 1 << 30, ...options });
  const time = performance.now() - begun;
  if (status !== wanted) throw new Error(`${file} ${args.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`);
  return { time, stdout, stderr, mebibytes: Number(/peak (\d+)/.exec(stderr)?.[1] ?? 0) / 1024 };
}

/** The middle of some figures. */
export function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}
