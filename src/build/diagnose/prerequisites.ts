/** A program or library that the tree's own check asks for. */
export interface Prerequisite {
  name: string;
  message: string;
}

/* The buildroot's complaint, what it is called here, and Debian's package. The first match is taken. */
const known: readonly (readonly [RegExp, string, string])[] = [
  [/awk/i, 'awk', 'gawk'],
  [/subversion/i, 'svn', 'subversion'],
  [/rsync/i, 'rsync', 'rsync'],
  [/ncurses/i, 'ncurses', 'libncurses-dev'],
  [/zlib/i, 'zlib', 'zlib1g-dev'],
  [/openssl|libssl/i, 'openssl', 'libssl-dev'],
  [/distutils/i, 'python3-distutils', 'python3-setuptools'],
  [/Python ?2/i, 'python2', 'python2'],
  [/Python/i, 'python3', 'python3'],
  [/Perl.*(?:Thread|Data|FindBin|File)|Perl/i, 'perl', 'perl'],
  [/C\+\+|g\+\+/i, 'g++', 'g++'],
  [/C Compiler|\bgcc\b/i, 'gcc', 'gcc'],
  [/GNU make/i, 'make', 'make'],
  [/'?mercurial'?|\bhg\b/i, 'hg', 'mercurial'],
  [/\bgit\b/i, 'git', 'git'],
  [/unzip/i, 'unzip', 'unzip'],
  [/bzip2/i, 'bzip2', 'bzip2'],
  [/wget/i, 'wget', 'wget'],
  [/getopt/i, 'getopt', 'util-linux'],
  [/gettext|libintl/i, 'gettext', 'gettext'],
  [/'which'|which/i, 'which', 'debianutils'],
  [/'file'|\bfile\b(?! system)/i, 'file', 'file'],
  [/diff/i, 'diff', 'diffutils'],
  [/'patch'|GNU patch/i, 'patch', 'patch'],
  [/'tar'/i, 'tar', 'tar'],
  [/'find'|xargs/i, 'find', 'findutils'],
  [/'grep'/i, 'grep', 'grep'],
  [/\bcp\b|\bseq\b|\bstat\b|install|md5sum|realpath/i, 'coreutils', 'coreutils'],
];

/** What a line `Build dependency: …` asks for, with the Debian package where it is known. */
export function prerequisiteOf(complaint: string): Prerequisite {
  if (/umask/i.test(complaint)) return { name: 'umask', message: 'the umask must be 022 for the build: umask 022' };
  if (/case-sensitive/i.test(complaint)) {
    return { name: 'case-sensitive-fs', message: 'the tree must lie on a file system that tells upper from lower case' };
  }
  const asked = complaint.replace(/^Please install (?:the )?/, '');
  const [, name, debian] = known.find(([pattern]) => pattern.test(asked)) ?? [];
  if (name === undefined || debian === undefined) return { name: asked, message: `the tree asks for: ${complaint}` };
  return { name, message: `this machine lacks ${asked.replaceAll("'", '')}: apt-get install ${debian}` };
}
