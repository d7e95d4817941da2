import type { CommandModule } from '../command.js';

/** `otb demo`: the whole way once, on this machine. */
export const demo: CommandModule = {
  name: 'demo',
  describe: (command) =>
    command
      .description('Build the embedded image, boot it in QEMU, log in over SSH, and say what was seen.')
      .option('-j, --jobs <number>', 'how many jobs make may run at once')
      .option('--work <directory>', 'where to build (default: build)'),
  examples: ['demo', 'demo --json', 'demo --work /var/tmp/otb'],
  async run(context, _args, options) {
    const { runDemo } = await import('../demo-run.js');
    return runDemo(context, options);
  },
};
