import { Failure } from '../core/failure.js';
import type { Outcome } from '../effects/runner.js';
import type { Finding } from './diagnose/finding.js';
import { describeFailed } from './make-output.js';
import { lastLines, type Workbench } from './workbench.js';

/** A run of make that failed, and what was read out of it. */
export interface FailedMake {
  failures: readonly Finding[];
  outcome: Outcome;
}

/** The package's own log is clean, where the output of a parallel make is interleaved. */
async function ownLog({ files, layout }: Workbench, { package: path, part }: Finding): Promise<string[]> {
  if (path === undefined) return [];
  const name = part === undefined ? 'compile' : `${part}-compile`;
  const log = await files.readText(`${layout.tree}/logs/${path}/${name}.txt`);
  return log === undefined ? [] : lastLines(log);
}

function nextStep({ layout, jobs }: Workbench, { kind, package: path }: Finding): string | undefined {
  switch (kind) {
    case 'out-of-memory':
      return `Run it with fewer jobs: --jobs ${Math.max(1, Math.floor(jobs / 2))}.`;
    case 'disk-full':
      return `Make room where ${layout.root} is, then run the same command again: it goes on here.`;
    case 'image-too-large':
      return 'Leave packages out, or give the image more room: CONFIG_TARGET_ROOTFS_PARTSIZE in build.kconfig.';
    case 'download':
    case 'git':
      return 'Look at the network, or name a mirror in build.downloads.mirrors; then run the same command again.';
    case 'prerequisite':
    case 'missing-host-tool':
      return 'Run `otb doctor build --fix`.';
    default:
      return path === undefined ? undefined : `To build it alone: make -C ${layout.tree} ${path}/{clean,compile} -j1 V=s`;
  }
}

function describe(finding: Finding): string {
  const { package: path, message } = finding;
  return path === undefined || message.includes(path) ? message : `${describeFailed({ ...finding, path })} failed to build: ${message}`;
}

/** The failure of a make as people read it: each failed package, the lines that tell why, the log, the next step. */
export async function describeFailures(bench: Workbench, failed: FailedMake, log: string, message?: string): Promise<Failure> {
  const { failures, outcome } = failed;
  const [first] = failures;
  const whole = `The whole log: ${log}`;
  if (outcome.timedOut) {
    return new Failure(`make printed nothing for ${bench.silenceMs / 60_000} minutes and was ended`, {
      code: 'build',
      lines: lastLines(`${outcome.stdout}\n${outcome.stderr}`),
      hint: `${whole}\nIf it only is slow, raise build.silence.`,
    });
  }
  if (!first) {
    return new Failure('make failed', { code: 'build', lines: lastLines(`${outcome.stdout}\n${outcome.stderr}`), hint: whole });
  }
  const own = await ownLog(bench, first);
  const step = nextStep(bench, first);
  return new Failure(message ?? failures.map(describe).join('; '), {
    code: 'build',
    lines: own.length > 0 ? own : first.excerpt,
    hint: step === undefined ? whole : `${whole}\n${step}`,
    document: { findings: failures },
  });
}
