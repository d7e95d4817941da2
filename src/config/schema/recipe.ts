import * as z from 'zod';
import {
  addressPrefix,
  commit,
  gitAddress,
  kconfigLine,
  mirrorAddress,
  packageChange,
  path,
  pathForMake,
} from '../grammar/build.js';
import { text } from '../grammar/grammar.js';
import { variableName } from '../grammar/names.js';
import { branch, feedName, feedPlace, installWord, recipeName } from '../grammar/recipe.js';
import { whole } from '../grammar/units.js';

const mirrors = z
  .array(text(gitAddress))
  .optional()
  .describe('Other places of the same repository, tried after the first.');
const branchOption = text(branch).optional().describe('Whose tip is taken without a commit, or with --unpinned.');
const commitOption = text(commit)
  .optional()
  .meta({ examples: ['28cf53e6bd9bb68958aae7958e7950d967f02b46'] })
  .describe('The pin, all 40 digits.');

const treeSource = z.strictObject({
  kind: z.literal('tree').describe('A directory, which is copied.'),
  path: text(pathForMake)
    .meta({ examples: ['./tree'] })
    .describe('The directory, relative to this file or absolute.'),
});

const gitSource = z.strictObject({
  kind: z.literal('git').describe('A git repository, which is cloned.'),
  url: text(gitAddress)
    .meta({ examples: ['https://git.openwrt.org/openwrt/openwrt.git'] })
    .describe('Where it is fetched from: an address of git, or a path.'),
  mirrors,
  branch: branchOption,
  commit: commitOption,
  submodules: z.boolean().optional().describe('False leaves out the submodules that the tree may have.'),
});

const feed = z.strictObject({
  type: z.enum(['src-git', 'src-git-full', 'src-link', 'src-cpy']).describe('How scripts/feeds brings it.'),
  name: text(feedName)
    .meta({ examples: ['custom'] })
    .describe('Its name in feeds.conf.'),
  location: text(feedPlace)
    .meta({ examples: ['https://example.net/custom-feed.git'] })
    .describe('An address of git, or a directory relative to this file.'),
  mirrors,
  branch: branchOption,
  commit: commitOption,
});

const rewrite = z.strictObject({
  from: text(addressPrefix)
    .meta({ examples: ['https://github.com/'] })
    .describe('The beginning of an address.'),
  to: text(gitAddress)
    .meta({ examples: ['file:///srv/mirrors/'] })
    .describe('What is put in its place.'),
});

const downloads = z.strictObject({
  mirrors: z.array(text(mirrorAddress)).optional().describe('Tried before the places the packages name.'),
  directory: text(pathForMake).optional().describe('A directory of archives, shared between builds (dl/).'),
  retries: whole(0, 10).optional().describe('How often a failed download is tried again.'),
  timeoutSeconds: whole(1, 600).optional().describe('How long a connection may take to come up.'),
});

/** A recipe of the user's own: the same data as the recipes that come with otb. */
export const recipeSchema = z.strictObject({
  name: text(recipeName)
    .meta({ examples: ['my-router'] })
    .describe('Also the name of its directory below the work directory.'),
  summary: z.string().max(200).default('').describe('One sentence for `otb build --show`.'),
  source: z.discriminatedUnion('kind', [gitSource, treeSource]).describe('The build tree.'),
  feeds: z.array(feed).default([]).describe("Feeds added to the tree's own."),
  treeFeeds: z.boolean().optional().describe("False leaves out the tree's own feeds (feeds.conf.default)."),
  pins: z.record(text(feedName), text(commit)).optional().describe("Commits of the tree's own feeds, by name."),
  installs: z
    .array(z.array(text(installWord)).min(1))
    .default([['-a']])
    .meta({ examples: [[['-a', '-p', 'custom'], ['-a']]] })
    .describe('The arguments of each scripts/feeds install, in order.'),
  patches: text(path)
    .optional()
    .describe('A directory of *.patch, committed on top of the pin in the order of their names.'),
  config: z.array(text(kconfigLine)).default([]).describe('Lines of .config.'),
  packages: z.array(text(packageChange)).default([]).describe('Packages to add, and with - to leave out.'),
  files: text(path).optional().describe("A directory that is copied over the image's root."),
  rewrites: z.array(rewrite).optional().describe('Git addresses to fetch from elsewhere.'),
  downloads: downloads.optional().describe('Where archives of sources come from.'),
  toolchain: text(pathForMake).optional().describe('An external toolchain.'),
  kernelTree: text(pathForMake).optional().describe('An external kernel tree.'),
  asRoot: z.boolean().optional().describe('True when nothing in the tree refuses, or should not, run as root.'),
  environment: z.record(text(variableName), z.string()).optional().describe('More environment variables for make.'),
});

/** A recipe as a file has it: its paths are still relative to the file. */
export type ParsedRecipe = z.output<typeof recipeSchema>;
