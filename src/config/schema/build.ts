import * as z from 'zod';
import { text } from '../grammar/grammar.js';
import {
  addressPrefix,
  commit,
  gitAddress,
  kconfigLine,
  mirrorAddress,
  packageChange,
  path,
  pathForMake,
  recipe,
  signature,
} from '../grammar/build.js';
import { label, variableName } from '../grammar/names.js';
import { durationOr, whole } from '../grammar/units.js';
import { messageOfComplaint } from '../grammar/grammar.js';
import { secret } from './secret.js';

const source = z.strictObject({
  url: text(gitAddress)
    .optional()
    .meta({ examples: ['https://git.openwrt.org/openwrt/openwrt.git', '/srv/mirrors/openwrt.git'] })
    .describe('Where it is fetched from instead: an address of git, or a local path.'),
  commit: text(commit).optional().describe('The commit to use instead of the pinned one, all 40 digits.'),
});

const remedy = z.strictObject({
  name: text(label)
    .meta({ examples: ['ntpd needs libevent first'] })
    .describe('How the remedy is called in messages.'),
  signature: text(signature)
    .meta({ examples: ['cannot find the library .*libevent_core\\.la'] })
    .describe('A regular expression that the failing output holds, matched line by line.'),
  package: text(path)
    .optional()
    .meta({ examples: ['package/feeds/packages/ntpd'] })
    .describe('Only when this package failed, in the words of the tree.'),
  commands: z
    .array(z.array(z.string().min(1)).min(1))
    .min(1)
    .meta({
      examples: [
        [
          ['make', 'package/libevent2/compile'],
          ['make', 'package/ntpd/clean'],
        ],
      ],
    })
    .describe('What to run in the tree, in order, each as a list of program and arguments. The build then goes on.'),
});

const downloads = z.strictObject({
  mirrors: z
    .array(text(mirrorAddress))
    .default([])
    .meta({ examples: [['https://mirror.example.net/openwrt/sources']] })
    .describe('Tried before the places the packages name. The hashes are checked whatever the place.'),
  directory: text(pathForMake).optional().describe('A directory of archives shared between builds (OpenWrt: dl/).'),
  retries: whole(0, 10).default(2).describe('How often a failed download is tried again.'),
  timeout: durationOr('20s', '1s', '10m').describe('How long a connection may take to come up.'),
});

const rewrite = z.strictObject({
  from: text(addressPrefix)
    .meta({ examples: ['https://github.com/'] })
    .describe('The beginning of an address.'),
  to: text(gitAddress)
    .meta({ examples: ['file:///srv/mirrors/'] })
    .describe('What is put in its place.'),
});

/** `build`: what image is made, and of what. */
export const buildSchema = z.strictObject({
  recipe: text(recipe)
    .default('openwrt')
    .meta({ examples: ['openwrt', 'embedded', './my-recipe.yaml'] })
    .describe('What is built: embedded, openwrt, overthebox, overthebox-2016, or the path of your own recipe.'),
  packages: z
    .array(text(packageChange))
    .default([])
    .meta({ examples: [['tcpdump', '-bmon']] })
    .describe("Changes to the recipe's packages: a name adds one, a name after - leaves one out."),
  kconfig: z
    .array(text(kconfigLine))
    .default([])
    .meta({ examples: [['CONFIG_TARGET_ROOTFS_PARTSIZE=512', '# CONFIG_PACKAGE_bmon is not set']] })
    .describe('More lines for .config. A line that begins with # must stand in quotes.'),
  files: text(path)
    .optional()
    .meta({ examples: ['./files'] })
    .describe("A directory that is copied over the image's root."),
  jobs: z
    .union([z.literal('auto'), whole(1, 1024)], {
      error: () =>
        messageOfComplaint({ what: 'this is no number of jobs', hint: 'write auto or a whole number from 1 to 1024' }),
    })
    .default('auto')
    .describe('How many jobs run at once; auto looks at cores and memory.'),
  directory: text(pathForMake)
    .default('build')
    .describe('Where the trees are kept and built. Wants room: an OpenWrt build takes about 25 GB.'),
  output: text(path).default('images').describe('Where the finished images are put.'),
  source: source.prefault({}).describe("Another place for the recipe's tree."),
  feeds: z
    .record(text(label), source)
    .default({})
    .meta({ examples: [{ packages: { url: '/srv/mirrors/packages.git' } }] })
    .describe("Another place for a feed of the recipe, by the feed's name."),
  rewrites: z.array(rewrite).default([]).describe('Git addresses to fetch from elsewhere, as git’s insteadOf does.'),
  downloads: downloads.prefault({}).describe('Where archives of sources come from.'),
  remedies: z.array(remedy).default([]).describe('What to do about failures that you know.'),
  toolchain: text(pathForMake).optional().describe('An external toolchain (CONFIG_EXTERNAL_TOOLCHAIN).'),
  kernelTree: text(pathForMake).optional().describe('An external kernel tree (CONFIG_EXTERNAL_KERNEL_TREE).'),
  environment: z
    .record(text(variableName), z.string())
    .default({})
    .meta({ examples: [{ CCACHE_DIR: '/var/cache/ccache' }] })
    .describe('More environment variables for make. Everything else is cleared.'),
  silence: durationOr('30m', '10s', '24h').describe('A build that prints nothing for so long has hung, and is ended.'),
  signingKey: secret().optional().describe('The private key, in usign form, that signs the list of checksums.'),
});
