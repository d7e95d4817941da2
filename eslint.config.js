import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/*
 * Which room may import which. A room is a folder of src/. `value` names what may be imported outright,
 * `types` what may be imported as a type only; anything else of ours is refused, and so are the packages
 * and Node modules in `never`.
 */
const everyRoom = [
  'build',
  'cli',
  'config',
  'core',
  'effects',
  'flash',
  'inspect',
  'lab',
  'provision',
  'report',
  'scenario',
  'steps',
  'uci',
];
const outside = ['execa', 'listr2', 'commander', 'simple-git', 'tar'];
const impure = ['node:fs', 'node:fs/promises', 'node:child_process', 'node:net', 'node:process', 'node:os'];
const domain = {
  value: ['core', 'uci', 'scenario', 'steps'],
  types: ['config', 'effects', 'report'],
  never: [...outside, ...impure],
};

const rooms = {
  core: { value: [], types: [], never: [...outside, ...impure] },
  uci: { value: ['core'], types: [], never: [...outside, ...impure] },
  scenario: { value: ['core', 'uci'], types: ['config'], never: [...outside, ...impure] },
  steps: { value: ['core'], types: ['report'], never: [...outside, ...impure] },
  effects: { value: ['core'], types: [], never: ['listr2', 'commander'] },
  config: { value: ['core'], types: [], never: [...outside, ...impure] },
  build: domain,
  flash: domain,
  provision: domain,
  inspect: domain,
  lab: { ...domain, types: [...domain.types, 'provision'] },
  report: { value: ['core'], types: [], never: ['execa', 'commander', 'simple-git', 'tar', 'node:child_process'] },
};

function roomRule(room, { value, types, never }) {
  const others = everyRoom.filter((other) => other !== room && !value.includes(other));
  const patterns = others.map((other) => ({
    regex: `^(\\.\\./)+${other}/`,
    allowTypeImports: types.includes(other),
    message: types.includes(other)
      ? `${room} may import types of ${other}, not values.`
      : `${room} may not import ${other}.`,
  }));
  return {
    files: [`src/${room}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns,
          paths: never.map((name) => ({
            name,
            message: `${room} acts through effects, not through ${name}.`,
            allowTypeImports: false,
          })),
        },
      ],
      ...(impure.every((name) => never.includes(name)) && {
        'no-restricted-globals': ['error', 'console', 'process'],
      }),
    },
  };
}

export default defineConfig(
  { ignores: ['dist', 'build', 'coverage', 'node_modules', 'test/fixtures'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 45, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['**/*.js'], languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } } },
  ...Object.entries(rooms).map(([room, rule]) => roomRule(room, rule)),
);
