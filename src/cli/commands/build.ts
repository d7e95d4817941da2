import type { CommandModule } from '../command.js';
import { diagnose } from './build-diagnose.js';

/** `otb build [recipe]`: an image from a recipe. */
export const build: CommandModule = {
  name: 'build',
  describe: (command) =>
    command
      .description('Build a router image: clone, feeds, install, make, collect.')
      .argument('[recipe]', 'what to build; without it, the recipe in otb.yaml')
      .option('--list', 'list the recipes')
      .option('--from <stage>', 'begin with this stage')
      .option('--until <stage>', 'end with this stage')
      .option('-j, --jobs <number>', 'how many jobs make may run at once')
      .option('--work <directory>', 'where to build (default: build)'),
  examples: ['build embedded', 'build embedded --dry-run', 'build embedded --until configure', 'build embedded --json'],
  commands: [diagnose],
  async run(context, [recipe], options) {
    const { listRecipes, runBuild } = await import('../build-run.js');
    return options['list'] === true ? listRecipes() : runBuild(context, recipe as string | undefined, options);
  },
};
