import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../src/config/parse-recipe.js';
import { problemText } from '../../../src/config/problem.js';

const base = `name: mine
source:
  kind: git
  url: https://example.net/tree.git
feeds:
  - { type: src-git, name: custom, location: https://example.net/custom.git }
`;

const problemsOf = (text: string) => (parseRecipe(text, 'recipe.yaml').problems ?? []).map(problemText);

describe('a recipe of the user’s own', () => {
  it('needs a name and a source, and has the rest filled in', () => {
    expect(parseRecipe(base, 'recipe.yaml').value).toMatchObject({
      name: 'mine',
      summary: '',
      source: { kind: 'git', url: 'https://example.net/tree.git' },
      installs: [['-a']],
      config: [],
      packages: [],
    });
  });

  it.each([
    ['', ['recipe.yaml:1:1: the file is empty; begin with what `otb build openwrt --show` prints']],
    [base.replace('name: mine\n', ''), ['recipe.yaml:1:1: name: is missing; add it, for example name: my-router']],
    [
      base.replace('name: mine', 'name: ../mine'),
      [
        'recipe.yaml:1:7: name: this is no name for a recipe; begin with a letter or digit; go on with letters, digits, ".", "_" and "-"; at most 60 characters',
      ],
    ],
    [
      base.replace('url: https://example.net/tree.git', 'path: ./tree'),
      [
        'recipe.yaml:3:3: source.url: is missing; add it, for example url: "https://git.openwrt.org/openwrt/openwrt.git"',
        'recipe.yaml:4:3: source.path: there is no such option; what there is: kind, url, mirrors, branch, commit, submodules',
      ],
    ],
    [
      base.replace('kind: git', 'kind: svn'),
      ['recipe.yaml:3:9: source.kind: expected one of git, tree, this is the text "svn"; write one of them'],
    ],
    [
      base.replace('https://example.net/tree.git', 'ext::sh'),
      [
        'recipe.yaml:4:8: source.url: the address holds "::", which git takes for a program to run; use https://, ssh://, git@host:path, file:///path or a path',
      ],
    ],
    [
      base.replace('tree.git', 'tree.git\n  commit: v1.0'),
      [
        'recipe.yaml:5:11: source.commit: this is no commit; give all 40 hexadecimal digits of it (git rev-parse): names and short forms can change what they mean',
      ],
    ],
    [
      base.replace('custom, location', 'my-feed, location'),
      ['recipe.yaml:6:28: feeds[0].name: this is no name for a feed; scripts/feeds knows letters, digits and _ only'],
    ],
    [
      base.replace('https://example.net/custom.git', `"https://x/'$(reboot)'"`),
      [
        'recipe.yaml:6:46: feeds[0].location: scripts/feeds cannot take a feed from such a place; use letters, digits and @ : / . ~ + % = , _ - only; branch and commit are options of their own',
      ],
    ],
    [
      `${base}  - { type: src-link, name: custom, location: ./custom }\n`,
      ['recipe.yaml:7:29: feeds[1].name: "custom" is the name of feeds[0], too; give it another name'],
    ],
    [
      `${base}installs: [[-a, -x]]\n`,
      [
        'recipe.yaml:7:17: installs[0][1]: scripts/feeds install knows no such argument; use -a, -f, -p FEED, -d y, and names of packages',
      ],
    ],
    [`${base}package: [x]\n`, ['recipe.yaml:7:1: package: there is no such section; did you mean "packages"?']],
  ])('%j has its problems told', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });
});
