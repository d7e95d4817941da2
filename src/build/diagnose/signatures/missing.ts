import { baseName, word, type Signature } from './signature.js';

/** Programs, libraries and files that were looked for and are not there, and what only a race leaves behind. */
export const missingSignatures: readonly Signature[] = [
  {
    kind: 'missing-host-tool',
    weight: 'exact',
    needles: ['No such file or directory', ': not found'],
    pattern: /(?<path>\S*staging_dir\/host(?:pkg)?\/s?bin\/(?<subject>[\w.+-]+)): (?:No such file or directory|not found)/,
    tell: (captured) => `the host tool ${word(captured, 'subject')} is not in staging_dir/host/bin, where the tree's own tools are built to`,
    retry: 'never',
    mayRace: true,
  },
  {
    kind: 'missing-host-tool',
    weight: 'hint',
    needles: ['ommand not found', ': not found', 'env: '],
    pattern: /(?:sh|bash): (?:line )?(?:\d+: )?(?<subject>[\w.+-]+): (?:command )?not found|make\S*: (?<program>[\w.+-]+): (?:Command not found|No such file or directory)|env: [‘'`]?(?<env>[\w.+-]+)[’']?: No such file or directory/,
    tell: ({ subject, program, env }) => `the program ${subject ?? program ?? env ?? ''} is not installed`,
    retry: 'never',
  },
  {
    kind: 'missing-host-tool',
    weight: 'exact',
    needles: ["Can't locate ", 'No module named '],
    pattern: /Can't locate (?<subject>[\w/]+\.pm) in @INC|No module named '?(?<module>[\w.]+)'?/,
    tell: ({ subject, module }) =>
      subject === undefined ? `the Python module ${module ?? ''} is not installed` : `the Perl module ${subject.replace('.pm', '').replaceAll('/', '::')} is not installed`,
    retry: 'never',
  },
  {
    kind: 'missing-dependency',
    weight: 'exact',
    needles: ['missing dependencies for the following', 'annot satisfy the following dependencies', 'unable to select packages'],
    pattern: /Package (?<package>\S+) is missing dependencies for the following (?<what>libraries|dependencies)|[Cc]annot satisfy the following dependencies for (?<subject>[^\s:]+)|unable to select packages/,
    tell: ({ package: name, what, subject }) =>
      name === undefined ? `${subject ?? 'a package'} needs packages that are not built` : `${name} uses ${what ?? ''} that its DEPENDS does not name`,
    retry: 'never',
    follow: /^\S+\.so[\w.]*$|^\s*\*?\s+\S/,
  },
  {
    kind: 'compile-error',
    weight: 'diagnostic',
    needles: ['No rule to make target'],
    pattern: /No rule to make target [`'](?<subject>[^']+)'(?:, needed by [`'](?<by>[^']+)')?/,
    tell: ({ subject = '', by }) => `make does not know how to make ${baseName(subject)}${by === undefined ? '' : `, which ${baseName(by)} needs`}`,
    retry: 'never',
    mayRace: true,
  },
  {
    kind: 'compile-error',
    weight: 'hint',
    needles: ['No such file or directory'],
    pattern: /[`'‘ ](?<subject>(?:[\w.+@-]*\/)+[\w.+@-]+)['’]?: No such file or directory/,
    tell: (captured) => `${word(captured, 'subject')} is not there`,
    retry: 'never',
    mayRace: true,
  },
  {
    kind: 'parallel-race',
    weight: 'exact',
    needles: ['ile truncated', 'Text file busy', 'file changed as we read it', 'malformed archive'],
    pattern: /(?<subject>[^\s:]+): (?:file not recognized: )?(?<what>[Ff]ile truncated|malformed archive|Text file busy|file changed as we read it)/,
    tell: ({ subject = '', what }) => `${baseName(subject)} was being written by another job: "${what ?? ''}" is what only a race leaves`,
    retry: 'alone',
  },
  {
    kind: 'parallel-race',
    weight: 'hint',
    needles: [': File exists'],
    pattern: /(?:mkdir|ln|cp|install|mv): .*[`'‘](?<subject>[^'’]+)['’].*: File exists/,
    tell: ({ subject = '' }) => `${subject} was made by another job at the same time`,
    retry: 'alone',
  },
];
