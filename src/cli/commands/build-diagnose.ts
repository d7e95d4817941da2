import type { CommandModule } from '../command.js';

/** `otb build diagnose LOG`: what failed in a build, and why. */
export const diagnose: CommandModule = {
  name: 'diagnose',
  describe: (command) =>
    command
      .description("Read a build's log: what failed, why, and what to do. Exits with 4 when the log shows a failure.")
      .argument('<log>', 'the log, plain or gzip; - is stdin'),
  examples: [
    'build diagnose build/logs/compile.log',
    'build diagnose - < make.log',
    'build diagnose make.log.gz --json',
  ],
  async run(context, [log]) {
    const { runDiagnose } = await import('../diagnose-run.js');
    return runDiagnose(context, String(log));
  },
};
