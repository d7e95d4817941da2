import { collect } from '../collect.js';
import type { CommandModule } from '../command.js';
import { diagnose } from './build-diagnose.js';

/** `otb build [recipe]`: an image from a recipe. */
export const build: CommandModule = {
  name: 'build',
  describe: (command) =>
    command
      .description('Build a router image: clone, patch, feeds, install, make, collect.')
      .argument(
        '[recipe]',
        'what to build: a name of --list, or the path of your own; without it, the recipe in otb.yaml',
      )
      .option('--list', 'list the recipes')
      .option('--show', 'print the recipe, as a file of your own could have it')
      .option('--source <place>', 'take the build tree from a directory, a local repository or an address')
      .option(
        '--feed <name=place>',
        'take a feed from a directory, a local repository or an address; may be repeated',
        collect,
      )
      .option('--unpinned', 'take the tips instead of the pinned commits')
      .option('--offline', 'use the caches only, no network for git')
      .option('--locked', 'build what otb.lock says, or fail and name what is not so')
      .option('--update', 'move the pins of otb.lock to what the recipe has')
      .option('-k, --keep-going', 'build on after a failure, and name all of them')
      .option('--clean', 'begin with an empty tree')
      .option('--check-reproducible', 'build once more from nothing, and compare the images')
      .option('--allow-root', 'build as root outside of a container, too')
      .option('--from <stage>', 'begin with this stage, whatever has been done')
      .option('--until <stage>', 'end with this stage')
      .option('-j, --jobs <number>', 'how many jobs make may run at once')
      .option('--work <directory>', 'where to build (default: build)'),
  examples: [
    'build embedded',
    'build openwrt --dry-run',
    'build overthebox-2016 --show',
    'build embedded --until configure',
    'build embedded --check-reproducible',
    'build openwrt --source ~/src/openwrt --feed packages=~/src/packages',
  ],
  commands: [diagnose],
  async run(context, [recipe], options) {
    if (options['list'] === true) return (await import('../recipe-text.js')).listRecipes();
    const { runBuild, showChosen } = await import('../build-run.js');
    return (options['show'] === true ? showChosen : runBuild)(context, recipe as string | undefined, options);
  },
};
