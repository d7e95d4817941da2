import { matching, type Grammar } from './grammar.js';

/** A recipe's name: it becomes a directory. */
export const recipeName: Grammar = matching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/, {
  what: 'this is no name for a recipe',
  hint: 'begin with a letter or digit; go on with letters, digits, ".", "_" and "-"; at most 60 characters',
});

/** A feed's name, as `scripts/feeds` allows it. */
export const feedName: Grammar = matching(/^\w{1,60}$/, {
  what: 'this is no name for a feed',
  hint: 'scripts/feeds knows letters, digits and _ only',
});

/** A feed's place. `scripts/feeds` hands it to a shell between single quotes, and reads `;` and `^` as marks. */
export const feedPlace: Grammar = matching(/^(?!-)[\w@:/.~+%=,-]{1,1024}$/, {
  what: 'scripts/feeds cannot take a feed from such a place',
  hint: 'use letters, digits and @ : / . ~ + % = , _ - only; branch and commit are options of their own',
});

/** A branch of git. */
export const branch: Grammar = matching(/^(?!.*\.\.)\w[\w./+-]{0,199}$/, {
  what: 'this is no branch',
  hint: 'give the name of a branch of git, as openwrt-23.05',
});

/** An argument of `scripts/feeds install`: an option, or a name. */
export const installWord: Grammar = matching(/^(?:-[afp]|-d|[A-Za-z0-9][\w.+-]*)$/, {
  what: 'scripts/feeds install knows no such argument',
  hint: 'use -a, -f, -p FEED, -d y, and names of packages',
});
