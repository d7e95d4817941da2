import { baseName, word, type Signature } from './signature.js';

const gccFollow = /^\s|^\s*\d+ \||^\S+:\d+(?::\d+)?: note:|^compilation terminated|^collect2: /;
const cmakeFollow = /^(?!--|make|CMake (?:Warning|Generate|Error)|touch |rm |\[\d|.*\bbuild_dir\b.*&&).+/;

/** What compilers, linkers and configuration tools say about sources, and patches that no longer fit. */
export const sourceSignatures: readonly Signature[] = [
  {
    kind: 'patch-failed',
    weight: 'exact',
    needles: ['Patch failed!', 'atch does not apply', 'Patch failed at'],
    pattern: /Patch failed!\s+Please fix (?<subject>\S+?)!|error: (?<other>\S+): patch does not apply|Patch failed at (?<number>\d+)/,
    tell: ({ subject, other, number }) => `the patch ${baseName(subject ?? other ?? number ?? '')} does not fit the source`,
    retry: 'never',
  },
  {
    kind: 'patch-failed',
    weight: 'diagnostic',
    needles: ['^Hunk #', 'FAILED -- saving rejects'],
    pattern: /^Hunk #\d+ FAILED|FAILED -- saving rejects to file (?<subject>\S+?)\.rej/,
    tell: ({ subject }) => `a patch does not fit ${subject ?? 'the source'}`,
    retry: 'never',
  },
  {
    kind: 'compile-error',
    weight: 'diagnostic',
    needles: ['fatal error: '],
    pattern: /(?:^|[\s.])(?<file>[^\s:]+):\d+:(?:\d+:)? fatal error: '?(?<subject>[^\s:']+)'?(?:: No such file or directory| file not found)/,
    tell: (captured) => `${baseName(word(captured, 'file'))} includes ${word(captured, 'subject')}, which is not there`,
    retry: 'never',
    mayRace: true,
    follow: gccFollow,
  },
  {
    kind: 'compile-error',
    weight: 'diagnostic',
    needles: ['rror: ', 'Error: '],
    pattern: /(?<file>[^\s:]+\.\w+):(?<at>\d+)(?::\d+)?: (?:fatal |internal compiler )?[Ee]rror: (?<what>.*)/,
    tell: ({ file = '', at = '', what = '' }) => `${baseName(file)}, line ${at}: ${what}`,
    retry: 'never',
    follow: gccFollow,
  },
  {
    kind: 'compile-error',
    weight: 'diagnostic',
    needles: ['annot find '],
    pattern: /\bld(?:\.\w+)?: cannot find (?:-l(?<library>[\w.+-]+)|(?<subject>[^\s:]+))/,
    tell: ({ library, subject }) => `the linker cannot find ${library === undefined ? baseName(subject ?? '') : `the library ${library}`}`,
    retry: 'never',
    mayRace: true,
    follow: gccFollow,
  },
  {
    kind: 'compile-error',
    weight: 'diagnostic',
    needles: ['undefined reference to ', 'multiple definition of ', 'overflowed by ', 'modpost: '],
    pattern: /(?<what>undefined reference to|multiple definition of) [`'"‘](?<subject>[^'"’]+)|region [`'](?<region>\w+)' overflowed by|ERROR: modpost: "?(?<symbol>[^"\s]+)"? (?<module>\[[^\]]+\]) undefined/,
    tell: ({ what, subject, region, symbol }) =>
      what === undefined ? `the linker: ${region ?? symbol ?? ''} ${region === undefined ? 'is undefined' : 'is too small'}` : `the linker: ${what} ${subject ?? ''}`,
    retry: 'never',
    follow: gccFollow,
  },
  {
    kind: 'compile-error',
    weight: 'diagnostic',
    needles: ['CMake Error: The following variables'],
    pattern: /^.*CMake Error: The following variables are used in this project, but they are set to NOTFOUND/,
    tell: (_, following) => `CMake cannot find what the project needs: ${following.filter((line) => /^\w+$/.test(line)).join(', ')}`,
    retry: 'never',
    mayRace: true,
    follow: /^(?!--|make).+/,
  },
  {
    kind: 'compile-error',
    weight: 'diagnostic',
    needles: ['CMake Error'],
    pattern: /CMake Error(?: at (?<subject>\S+?):(?<at>\d+) \((?<command>\w+)\))?:(?<what>.*)/,
    tell: ({ subject, at, what = '' }, following) => {
      const said = [what, ...following.slice(0, 2)].map((line) => line.trim()).filter((line) => line !== '');
      return `CMake${subject === undefined ? '' : `, ${baseName(subject)} line ${at ?? ''}`}: ${said.join(' ')}`;
    },
    retry: 'never',
    follow: cmakeFollow,
  },
  {
    kind: 'compile-error',
    weight: 'diagnostic',
    needles: ['configure: error: ', 'ERROR: Dependency ', 'ERROR: Program ', 'ERROR: Problem encountered'],
    pattern: /configure: error: (?<what>.*)|meson\.build:\d+:\d+: ERROR: (?<meson>.*)/,
    tell: ({ what, meson }) => `configure: ${what ?? meson ?? ''}`,
    retry: 'never',
    follow: /^\s+\S/,
  },
  {
    kind: 'compile-error',
    weight: 'diagnostic',
    needles: ['error[E', 'error: could not compile', '.go:', 'Error: ', 'SyntaxError'],
    pattern: /^error(?:\[E\d+\])?: (?<what>.*)|(?<file>[\w./-]+\.go):(?<at>\d+):\d+: (?<go>.*)|^(?<python>(?!.*No module named)(?:SyntaxError|ImportError|ModuleNotFoundError|AttributeError|TypeError|KeyError|RuntimeError|ValueError): .*)/,
    tell: ({ what, file, at, go, python }) => (file === undefined ? (what ?? python ?? '') : `${file}, line ${at ?? ''}: ${go ?? ''}`),
    retry: 'never',
    follow: /^\s/,
  },
];
