/** Where a build tree comes from: a directory of otb's own files, which is copied. */
export interface Source {
  kind: 'tree';
  /** Relative to the root of otb's files. */
  path: string;
}

/** A line of feeds.conf as data: `src-link otb /path`, `src-git packages https://…^commit`. */
export interface FeedLine {
  type: 'src-git' | 'src-git-full' | 'src-link' | 'src-cpy';
  name: string;
  /** For `src-git` an URL with `;branch` or `^commit`; for the others a directory, relative to the root of otb's files. */
  location: string;
}

/** An image as data: what to build from, with what, in which order. It holds no code. */
export interface Recipe {
  name: string;
  /** One sentence for `otb build --list`. */
  summary: string;
  source: Source;
  /** Feeds added to the tree's own `feeds.conf.default`. */
  feeds: readonly FeedLine[];
  /** The arguments of each `scripts/feeds install`, in order. */
  installs: readonly (readonly string[])[];
  /** Lines of `.config`, as make reads them. */
  config: readonly string[];
  /** Packages to add, and with a leading `-` to leave out, as ImageBuilder takes them. */
  packages: readonly string[];
  /** An absolute directory whose content goes over the root of the image, as OpenWrt's `files/`. */
  files?: string;
}
