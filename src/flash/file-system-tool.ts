import { Failure } from '../core/failure.js';
import type { Invocation, Runner } from '../effects/runner.js';

/** How one of e2fsprogs' or mtools' programs is run. */
export interface FileSystemTool {
  run: Runner;
  signal: AbortSignal;
  /** What failed when it fails: `the configuration could not be put into the image`. */
  failed: string;
  /** What can be done then. */
  hint: string;
}

function complaintOf({ file }: Invocation, stderr: string): string {
  // debugfs says on stderr what went wrong, below a line with its version, and ends with 0.
  return file === 'debugfs' ? stderr.replace(/^debugfs \d.*$/m, '').trim() : '';
}

/**
 * Runs a program that works on a file system.
 *
 * @param highest the highest exit status that is fine; 1 for an e2fsck that may correct
 * @returns what it printed
 * @throws Failure `verification`, with its last lines, when it did not work
 */
export async function useTool(tool: FileSystemTool, invocation: Invocation, highest = 0): Promise<string> {
  const { exitCode, stdout, stderr } = await tool.run.run(invocation, { signal: tool.signal });
  if (exitCode !== null && exitCode <= highest && complaintOf(invocation, stderr) === '') return stdout;
  throw new Failure(`${tool.failed}: ${invocation.file} ended with ${String(exitCode ?? 'a signal')}`, {
    code: 'verification',
    lines: `${stdout}\n${stderr}`.trim().split('\n').slice(-20),
    hint: tool.hint,
  });
}
