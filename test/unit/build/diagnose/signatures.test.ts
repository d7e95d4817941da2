import { describe, expect, it } from 'vitest';
import { needles, sought } from '../../../../src/build/diagnose/needles.js';
import { signatures } from '../../../../src/build/diagnose/signatures/index.js';
import { failingWith, sift } from './read.js';

const dl = '/srv/tree/dl/thing-1.tar.gz';
const prepared = '/srv/tree/build_dir/target-x/thing-1/.prepared_1';

describe('the cause of a failed package', () => {
  it.each([
    ['disk-full', 'never', undefined, 'the disk is full', ['as: a.o: No space left on device', 'a.c:1:1: error: broken']],
    ['disk-full', 'never', undefined, 'the disk quota is used up', ['tar: write: Disk quota exceeded']],
    ['out-of-memory', 'later', 'cc1', 'cc1 was killed, most likely for want of memory', ['cc1: fatal error: Killed signal terminated program cc1']],
    ['out-of-memory', 'later', undefined, 'cc1plus was killed, most likely for want of memory', ['c++: internal compiler error: Killed (program cc1plus)']],
    ['out-of-memory', 'later', undefined, 'a program was killed, most likely for want of memory', ['/bin/sh: line 1: 1234 Killed                  cc -c a.c']],
    ['out-of-memory', 'later', undefined, 'a program got no more memory', ['virtual memory exhausted: Cannot allocate memory']],
    ['out-of-memory', 'later', 'cc1plus', 'cc1plus got no more memory', ['cc1plus: out of memory allocating 65536 bytes']],
    ['compile-error', 'never', 'a.c', "a.c, line 7: 'x' undeclared", ["a.c:7:3: error: 'x' undeclared"]],
    ['compile-error', 'never', 'own.h', 'a.c includes own.h, which is not there', ['a.c:7:3: fatal error: own.h: No such file or directory']],
    ['compile-error', 'never', 'z', 'the linker cannot find the library z', ['/usr/bin/ld: cannot find -lz']],
    ['compile-error', 'never', 'foo', 'the linker: undefined reference to foo', ["a.c:(.text+0x1): undefined reference to `foo'"]],
    ['compile-error', 'never', undefined, 'configure: zlib is needed', ['configure: error: zlib is needed']],
    ['compile-error', 'never', undefined, 'configure: Dependency "glib-2.0" not found', ['../meson.build:31:0: ERROR: Dependency "glib-2.0" not found']],
    ['compile-error', 'never', undefined, 'could not compile `thing` (bin "thing")', ['error: could not compile `thing` (bin "thing")']],
    ['compile-error', 'never', './main.go', './main.go, line 3: undefined: x', ['./main.go:3:9: undefined: x']],
    ['compile-error', 'never', 'x.o', 'make does not know how to make x.o, which all needs', ["make[4]: *** No rule to make target 'x.o', needed by 'all'.  Stop."]],
    ['parallel-race', 'alone', 'libq.a', 'libq.a was being written by another job: "file truncated" is what only a race leaves', ['libq.a: file truncated']],
    ['missing-host-tool', 'never', 'pkgtool', "the host tool pkgtool is not in staging_dir/host/bin, where the tree's own tools are built to", ['bash: line 1: /srv/tree/staging_dir/host/bin/pkgtool: No such file or directory']],
    ['missing-host-tool', 'never', 'XML/Parser.pm', 'the Perl module XML::Parser is not installed', ["Can't locate XML/Parser.pm in @INC (you may need to install it)"]],
    ['missing-host-tool', 'never', undefined, 'the Python module distutils is not installed', ["ModuleNotFoundError: No module named 'distutils'"]],
    ['missing-dependency', 'never', undefined, 'thing uses libraries that its DEPENDS does not name', ['Package thing is missing dependencies for the following libraries:', 'libz.so.1']],
  ])('%s %s: %#', (kind, retry, subject, message, lines) => {
    const { findings } = sift(failingWith(lines));
    expect(findings).toHaveLength(1);
    const { subject: about, ...finding } = findings[0]!;
    expect(finding).toMatchObject({ kind, retry, message, severity: 'error', package: 'package/net/thing', line: 4 });
    expect(about).toBe(subject);
    expect(finding.excerpt[0]).toBe(lines[0]);
  });

  it.each([
    ['Hash of the local file thing-1.tar.gz does not match (file: aa, requested: bb) - deleting download.', ': remove it from dl/, make does not'],
    ['Hash of the downloaded file does not match (file: aa, requested: bb) - deleting download.', ''],
    ['Hash mismatch for file thing-1.tar.gz: expected aa, got bb - deleting download.', ''],
    ['MD5 sum of the downloaded file does not match (file: aa, requested: bb) - deleting download.', ''],
  ])('a wrong hash: %s', (line, more) => {
    const [finding] = sift(failingWith([line, 'No more mirrors to try - giving up.'], dl)).findings;
    expect(finding).toMatchObject({ kind: 'download-hash', retry: 'never', stage: 'download', subject: 'thing-1.tar.gz', line: 4 });
    expect(finding?.message).toContain(`has another hash than its Makefile says${more}`);
  });

  it('a patch', () => {
    const lines = ['Applying patches/001-x.patch using plaintext: ', 'Hunk #1 FAILED at 1.', 'Patch failed!  Please fix /srv/tree/package/net/thing/patches/001-x.patch!'];
    expect(sift(failingWith(lines, prepared)).findings).toMatchObject([
      { kind: 'patch-failed', stage: 'prepare', line: 6, message: 'the patch 001-x.patch does not fit the source' },
    ]);
  });

  it('a program counts as missing only where the shell says so with 127', () => {
    const lines = ['bash: line 1: uuidgen: command not found', ...Array<string>(3).fill('-- ok'), 'a.c:1:1: error: broken'];
    expect(sift(failingWith(lines)).findings[0]?.kind).toBe('compile-error');
    expect(sift(failingWith(['sh: 1: gperf: not found'], undefined, 'Error 127')).findings[0]).toMatchObject({
      kind: 'missing-host-tool',
      subject: 'gperf',
      message: 'the program gperf is not installed',
    });
  });

  it('a download that was made up for explains nothing later', () => {
    const lines = ['curl: (6) Could not resolve host: a.example', 'No more mirrors to try - giving up.', 'Packing checkout...'];
    expect(sift(failingWith(lines)).findings[0]?.kind).toBe('unknown');
  });

  it('of errors far apart the last place counts, and its first line', () => {
    const lines = ['old.c:1:1: error: harmless', ...Array<string>(300).fill('  CC x.o'), 'new.c:2:1: error: first', 'new.c:3:1: error: second'];
    expect(sift(failingWith(lines)).findings[0]).toMatchObject({ line: 305, message: 'new.c, line 2: first' });
  });

  it('a package that fails without a word', () => {
    expect(sift(failingWith(['  CC a.o', 'something odd'])).findings[0]).toMatchObject({
      kind: 'unknown',
      retry: 'never',
      message: 'package/net/thing failed at /srv/tree/build_dir/target-x/thing-1/.built (Error 1), and nothing before it says why',
      excerpt: ['$ make -j1 V=s', '  CC a.o', 'something odd', expect.stringContaining('***'), '    ERROR: package/net/thing failed to build.'],
    });
  });
});

describe('kconfig', () => {
  it.each([
    ['.config:9:warning: trying to assign nonexistent symbol PACKAGE_bmno', 'CONFIG_PACKAGE_bmno', 'warning', 'unknown'],
    [".config:9:warning: symbol value 'm' invalid for TARGET_x86", 'CONFIG_TARGET_x86', 'warning', 'unknown'],
    ['CONFIG_PACKAGE_x=y  became  # CONFIG_PACKAGE_x is not set', 'CONFIG_PACKAGE_x', 'error', 'failed'],
  ])('a dropped symbol: %s', (line, subject, severity, outcome) => {
    const report = sift(Buffer.from(`${line}\n`));
    expect([report.outcome, report.findings]).toMatchObject([outcome, [{ kind: 'dropped-symbol', subject, severity }]]);
  });

  it('a circle of dependencies is a warning with its lines', () => {
    const log = [
      'tmp/.config-package.in:12:error: recursive dependency detected!',
      'tmp/.config-package.in:12:\tsymbol PACKAGE_a depends on PACKAGE_b',
      'tmp/.config-package.in:44:\tsymbol PACKAGE_b is selected by PACKAGE_a',
      '#',
      '# configuration written to .config',
      '#',
    ];
    const { outcome, findings } = sift(Buffer.from(log.join('\n')));
    expect(outcome).toBe('succeeded');
    expect(findings).toMatchObject([{ kind: 'recursive-dependency', severity: 'warning', line: 1, excerpt: { length: 3 } }]);
  });
});

describe('git outside of make', () => {
  it('is a failure with all it said', () => {
    const log = '$ git clone https://git.example.net/tree.git tree\nfatal: unable to read 7e8a\nfatal: early EOF\n';
    expect(sift(Buffer.from(log)).findings).toMatchObject([
      { kind: 'git', stage: 'source', line: 2, retry: 'never', subject: 'https://git.example.net/tree.git', excerpt: { length: 2 } },
    ]);
  });
});

describe('the tables', () => {
  it.each(signatures.map((signature) => [String(signature.pattern), signature] as const))('%s has needles that can be sought', (_, signature) => {
    expect(signature.needles.length).toBeGreaterThan(0);
    for (const needle of signature.needles) {
      expect(needles).toContain(sought(needle));
      expect(needle).toMatch(/^[\x20-\x7e]{4,}$/);
    }
  });
});
