/** What a remedy may ask about the tree. */
export interface TreeFacts {
  /** Every package of the tree and its installed feeds: `package/libs/libevent2`, `package/feeds/packages/ntpd`. */
  packages: readonly string[];
}

/** One thing that a remedy does in the tree. */
export type RemedyAction =
  | { type: 'command'; words: readonly string[] }
  /**
   * Sets a line of `.config`, runs `make defconfig`, and looks whether the line is still there: another package may
   * select what was left out.
   */
  | { type: 'kconfig'; line: string };

/** What is done about a failure that is known. The parallel build goes on afterwards. */
export interface Remedy {
  name: string;
  /** Where the remedy is from, for the record of the build. */
  source: string;
  /** Matched line by line against the output of the package that failed. Without it the package alone decides. */
  signature?: RegExp;
  /** A fixed text of every line that the signature matches; without it every line of the log has to be looked at. */
  needle?: string;
  /** The package that failed: in the tree's words, or its last part only (`ntpd`). */
  package?: string;
  actions: (facts: TreeFacts) => readonly RemedyAction[];
}

/** A remedy of `build.remedies` in `otb.yaml`. */
export interface WrittenRemedy {
  name: string;
  /** A regular expression. */
  signature: string;
  package?: string | undefined;
  commands: readonly (readonly string[])[];
}

/** Makes a remedy of what the user wrote. The signature has been checked with the file. */
export function remedyOf({ name, signature, package: path, commands }: WrittenRemedy): Remedy {
  return {
    name,
    source: 'build.remedies of otb.yaml',
    signature: new RegExp(signature),
    ...(path !== undefined && { package: path }),
    actions: () => commands.map((words) => ({ type: 'command', words })),
  };
}

/** Whether a remedy is meant for a package. One that names none is meant for all. */
export function isMeantFor(remedy: Pick<Remedy, 'package'>, path: string | undefined): boolean {
  if (remedy.package === undefined || remedy.package === path) return true;
  return !remedy.package.includes('/') && path?.split('/').at(-1) === remedy.package;
}
