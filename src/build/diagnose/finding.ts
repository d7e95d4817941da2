/** What went wrong, in one word. `remedy` and `retry` of a {@link Finding} say what may be done about it. */
export type FindingKind =
  | 'parallel-race'
  | 'known-signature'
  | 'out-of-memory'
  | 'disk-full'
  | 'image-too-large'
  | 'patch-failed'
  | 'download'
  | 'download-hash'
  | 'missing-feed'
  | 'missing-dependency'
  | 'missing-host-tool'
  | 'prerequisite'
  | 'dropped-symbol'
  | 'recursive-dependency'
  | 'git'
  | 'compile-error'
  | 'interrupted'
  /** A Makefile or feeds.conf that the tree itself cannot read. */
  | 'package-metadata'
  /** Something failed, and the log does not say why. */
  | 'unknown';

/** Where the failure happened: a stage of the build, or the step within a package (`prepare` is unpack and patch). */
export type FindingStage =
  'source' | 'check' | 'feeds' | 'configure' | 'download' | 'prepare' | 'compile' | 'install' | 'image' | 'make';

/**
 * Whether the same thing may be tried again: `alone` for what may be a race (that package with one job), `later` for
 * what may pass by itself (the network, memory with fewer jobs), `never` for what stays as it is until somebody acts.
 */
export type Retry = 'alone' | 'later' | 'never';

/** One failure, or one warning that explains failures to come. */
export interface Finding {
  kind: FindingKind;
  /** A `warning` alone does not make a build fail. */
  severity: 'error' | 'warning';
  /** In the words of the tree: `package/libs/libjson-c`, `tools/xz`, `target/linux`. */
  package?: string;
  /** `host` when the package's host build failed. */
  part?: string;
  variant?: string;
  stage: FindingStage;
  /** The decisive line, counted from 1. */
  line: number;
  /** The lines that tell it, cleaned of escapes and of other packages' output; about a dozen at most. */
  excerpt: readonly string[];
  /** One sentence for people. It names the file, address, host or tool. */
  message: string;
  /** The name of a known remedy. */
  remedy?: string;
  retry: Retry;
  /** What it is about: a file, a feed, a tool, a symbol. */
  subject?: string;
}

/** What a log shows: `unknown` when it shows neither success nor failure. */
export type DiagnosisOutcome = 'failed' | 'succeeded' | 'unknown';

/** Everything that was read out of a log. */
export interface DiagnosisReport {
  outcome: DiagnosisOutcome;
  /** Errors in the order of their lines, then warnings; the first cause comes first. */
  findings: readonly Finding[];
  /** How many more findings there were than are kept. */
  omitted: number;
}
