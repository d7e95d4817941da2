import { failedPackage, finishedTarget, type FailedPackage } from '../make-output.js';
import type { FindingStage } from './finding.js';

/** A target that make gave up: `make[3]: *** [Makefile:31: /dl/tar-1.28.tar.xz] Error 2`. */
export interface Break {
  level: number;
  target: string;
  /** `Error 2`, `Terminated`, `Killed` …; empty for complaints without a status. */
  how: string;
}

/** What a line of make's own output, or of the buildroot around it, says. */
export type MakeLine =
  | { type: 'entering' | 'leaving'; level: number; directory: string }
  /** Without `V=s`: ` make[3] -C package/libs/zlib compile`. */
  | { type: 'started'; path: string; target: string }
  | { type: 'finished'; target: string }
  | { type: 'failed'; failed: FailedPackage }
  | ({ type: 'break' } & Break)
  /** Without `V=s` nothing else is said at the end. */
  | { type: 'gave-up'; target: string }
  /** Other jobs went on: the build was a parallel one. */
  | { type: 'waiting' }
  /** The header that otb writes before each command: `$ make -j2 V=s`. */
  | { type: 'command'; words: readonly string[] };

/** Texts that stand in every line {@link readMakeLine} reads. */
export const makeNeedles = [
  'ing directory ', '^ make[', '^time: ', 'failed to build', ' *** ', ': build failed. Please', '^$ ', '--jobserver',
] as const;

const moving = /make\[(\d+)\]: (Entering|Leaving) directory [`'"‘]([^'"’]+)['"’]/;
const started = /^ make\[\d+\] -C (\S+) (\S+)/;
const broken = /\bg?make(?:\[(\d+)\])?: \*\*\* \[(?:[^\]:]+:\d+: )?([^\]]+)\]\s*(.*)$/;
const gaveUp = /make(?: -r)? (\S+): build failed\. Please re-run/;
const packageTarget = /^((?:package|tools|toolchain|target)\/\S+?)\/((?:host[-/])?)(compile|install|download|prepare|check|clean|prereq)$/;

function readMoving(line: string): MakeLine | undefined {
  const [, level, way, directory = ''] = moving.exec(line) ?? [];
  return way === undefined ? undefined : { type: way === 'Entering' ? 'entering' : 'leaving', level: Number(level), directory };
}

function readBreak(line: string): MakeLine | undefined {
  const [, level = '0', target = '', how = ''] = broken.exec(line) ?? [];
  return target === '' ? undefined : { type: 'break', level: Number(level), target, how };
}

function readFinished(line: string): MakeLine | undefined {
  const target = finishedTarget(line);
  return target === undefined ? undefined : { type: 'finished', target };
}

function readStarted(line: string): MakeLine | undefined {
  const [, path, target] = started.exec(line) ?? [];
  if (path !== undefined && target !== undefined) return { type: 'started', path, target };
  const given = gaveUp.exec(line)?.[1];
  if (given !== undefined) return { type: 'gave-up', target: given };
  return line.includes('--jobserver') ? { type: 'waiting' } : undefined;
}

/** What one cleaned line says; undefined for the many that say nothing about make itself. */
export function readMakeLine(line: string): MakeLine | undefined {
  if (line.startsWith('$ ')) return { type: 'command', words: line.slice(2).trim().split(/\s+/) };
  if (line.includes('failed to build')) {
    const failed = failedPackage(line);
    if (failed) return { type: 'failed', failed };
  }
  if (line.includes(' *** ')) return line.includes('Waiting for unfinished jobs') ? { type: 'waiting' } : readBreak(line);
  if (line.includes('ing directory ')) return readMoving(line);
  return line.startsWith('time: ') ? readFinished(line) : readStarted(line);
}

/** The package a target of the buildroot's own Makefiles stands for: `tools/tar/compile`, `package/boot/grub2/host/compile`. */
export function packageOfTarget(target: string): (FailedPackage & { step: string }) | undefined {
  const [, path, host, step] = packageTarget.exec(target) ?? [];
  if (path === undefined || step === undefined) return undefined;
  return { path, step, ...(host !== '' && { part: 'host' }) };
}

/** The step that makes a file of a package: its stamps are called `.prepared_…`, `.configured_…`, `.built`. */
export function stageOfTarget(target: string): FindingStage | undefined {
  if (/\/dl\/[^/]+$/.test(target)) return 'download';
  if (/\/\.prepared[^/]*$/.test(target)) return 'prepare';
  if (/\/\.configured[^/]*$/.test(target)) return 'configure';
  if (/\/\.built[^/]*$/.test(target)) return 'compile';
  if (/_installed$|\.ipk$|\.apk$|\/ipkg-/.test(target)) return 'install';
  return undefined;
}

/** The stage behind the last word of a target. */
export function stageOfStep(path: string, step: string): FindingStage {
  if (step === 'download') return 'download';
  if (step === 'install' || step === 'world') return path.startsWith('target/linux') ? 'image' : 'install';
  if (step === 'prepare') return 'prepare';
  if (step === 'prereq' || step === 'check') return 'check';
  return 'compile';
}

const inFeed = /\/feeds\/([^/]+)\/(?:.*\/)?([^/]+)$/;
const inTree = /^(?:.*\/)?((?:package|tools|toolchain)\/.+|target\/(?:linux|sdk|imagebuilder|toolchain))$/;

/** The package that is built in a directory, in the words of the tree; undefined for the tree itself and for `build_dir`. */
export function packageOfDirectory(directory: string): string | undefined {
  if (directory.includes('/build_dir/')) return undefined;
  if (/\/target\/linux(?:\/|$)/.test(directory)) return 'target/linux';
  const [, feed, name] = directory.includes('/package/feeds/') ? [] : (inFeed.exec(directory) ?? []);
  if (feed !== undefined && name !== undefined) return `package/feeds/${feed}/${name}`;
  return inTree.exec(directory)?.[1];
}
