import { plainLine } from '../core/terminal-text.js';

/** A package that make could not build, in the tree's own words: `package/libs/libjson-c`, `tools/xz`. */
export interface FailedPackage {
  path: string;
  /** `host` when its host build failed. */
  part?: string;
  variant?: string;
}

const failed =
  /ERROR: ((?:package|tools|toolchain|target)(?:\/[^\s\]]+)+?)(?: \[(\w+)\])? failed to build(?: \(build variant: ([^)]+)\))?\./;
const finished = /^time: (\S+?)#([\d.]+)#([\d.]+)#([\d.]+)\s*$/;

/** The package that a line of make's output gives up, if it is such a line. It may stand glued behind other output. */
export function failedPackage(line: string): FailedPackage | undefined {
  const [, path, part, variant] = failed.exec(plainLine(line)) ?? [];
  if (path === undefined) return undefined;
  return { path, ...(part !== undefined && { part }), ...(variant !== undefined && { variant }) };
}

/** The target that a `time:` line says is done: `package/feeds/otb/otb/compile`. */
export function finishedTarget(line: string): string | undefined {
  return finished.exec(plainLine(line))?.[1];
}

/** How a failed package is named to people. */
export function describeFailed({ path, part, variant }: FailedPackage): string {
  return `${path}${part === undefined ? '' : ` [${part}]`}${variant === undefined ? '' : ` (variant ${variant})`}`;
}
