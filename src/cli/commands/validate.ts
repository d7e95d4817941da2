import type { CommandModule } from '../command.js';
import type { Config } from '../../config/config.js';

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function summaryOf({ build, gateway, devices }: Config): string {
  const wans = devices.reduce((sum, device) => sum + device.wans.length, 0);
  const parts = [`recipe ${build.recipe}`, gateway ? `gateway ${gateway.name}` : 'no gateway'];
  return [...parts, counted(devices.length, 'device'), counted(wans, 'WAN')].join(', ');
}

/** `otb validate [FILE]`: checks the configuration and tells all its problems at once. */
export const validate: CommandModule = {
  name: 'validate',
  describe: (command) =>
    command
      .description('Check otb.yaml: every problem at once, each with its line and what to do.')
      .argument('[file]', 'the file to check; without it, the one of --config')
      .option('--show', 'print the configuration with every default; secrets stay references'),
  examples: ['validate', 'validate sites/lyon.yaml', 'validate --show', 'validate --json'],
  async run({ options }, [file], { show }) {
    const { loadConfig } = await import('../load-config.js');
    const path = (file as string | undefined) ?? options.config;
    const config = await loadConfig(path);
    if (show !== true) return { text: `${path} is valid: ${summaryOf(config)}`, json: { valid: true, problems: [] } };
    const { effectiveDocument, effectiveText } = await import('../../config/show.js');
    return { text: effectiveText(config), json: { valid: true, problems: [], config: effectiveDocument(config) } };
  },
};
