/** A build tree that is a directory, which is copied. */
export interface TreeSource {
  kind: 'tree';
  /** Absolute, or relative to the root of otb's files. */
  path: string;
}

/** A build tree out of a git repository. */
export interface GitSource {
  kind: 'git';
  /** An address of git, or an absolute path. */
  url: string;
  /** Other places of the same repository, tried in this order after `url`. */
  mirrors?: readonly string[] | undefined;
  /** Whose tip is taken when there is no pin; the repository's own choice when absent. */
  branch?: string | undefined;
  /** The pin: 40 hexadecimal digits. */
  commit?: string | undefined;
  /** False leaves the submodules out that the tree may have. */
  submodules?: boolean | undefined;
}

/** Where a build tree comes from. */
export type Source = TreeSource | GitSource;

/** A line of feeds.conf as data. */
export interface FeedLine {
  type: 'src-git' | 'src-git-full' | 'src-link' | 'src-cpy';
  /** Letters, digits and `_`: `scripts/feeds` knows no others. */
  name: string;
  /** For `src-git` an address of git; for the others a directory, absolute or relative to the root of otb's files. */
  location: string;
  mirrors?: readonly string[] | undefined;
  branch?: string | undefined;
  /** The pin: 40 hexadecimal digits. */
  commit?: string | undefined;
}

/** Git addresses that are fetched from elsewhere, as git's `insteadOf`: the beginning `from` becomes `to`. */
export interface Rewrite {
  from: string;
  to: string;
}

/** How make fetches archives. */
export interface Downloads {
  /** Tried before the places the packages name. */
  mirrors?: readonly string[] | undefined;
  /** An absolute directory of archives, shared between builds and filled beforehand if need be. */
  directory?: string | undefined;
  /** How often curl and wget try again; the tree's own number when absent. */
  retries?: number | undefined;
  /** How long a connection may take to come up, in seconds. */
  timeoutSeconds?: number | undefined;
}

/** An image as data: what to build from, with what, in which order. It holds no code. */
export interface Recipe {
  name: string;
  /** One sentence for `otb build --list`. */
  summary: string;
  source: Source;
  /** Feeds added to the tree's own `feeds.conf.default`. */
  feeds: readonly FeedLine[];
  /** False when `feeds` is all there is, and the tree's own are left out. */
  treeFeeds?: boolean | undefined;
  /** Commits of the tree's own feeds, by name. */
  pins?: Readonly<Record<string, string>> | undefined;
  /** The arguments of each `scripts/feeds install`, in order. */
  installs: readonly (readonly string[])[];
  /** An absolute directory of `*.patch`, applied in the order of their names; `patches/NAME` of otb's files when absent. */
  patches?: string | undefined;
  /** Lines of `.config`, as make reads them. */
  config: readonly string[];
  /** Packages to add, and with a leading `-` to leave out, as ImageBuilder takes them. */
  packages: readonly string[];
  /** An absolute directory whose content goes over the root of the image, as OpenWrt's `files/`. */
  files?: string | undefined;
  rewrites?: readonly Rewrite[] | undefined;
  downloads?: Downloads | undefined;
  /** An absolute path: the external toolchain to build with. */
  toolchain?: string | undefined;
  /** An absolute path: the external kernel tree to build. */
  kernelTree?: string | undefined;
  /** True when the tree has nothing that refuses, or should not, run as root. */
  asRoot?: boolean | undefined;
  /** Variables for make, on top of the few that pass. */
  environment?: Readonly<Record<string, string>> | undefined;
}
