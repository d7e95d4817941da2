import { Failure } from '../../core/failure.js';
import { areas, type Area } from '../../inspect/requirement.js';
import type { CommandModule } from '../command.js';

function areasOf(given: unknown): readonly Area[] {
  if (typeof given !== 'string') return areas.filter((name) => name !== 'test');
  const area = areas.find((name) => name === given);
  if (area !== undefined) return [area];
  throw new Failure(`there is no area "${given}"`, { code: 'usage', hint: `Take one of: ${areas.join(', ')}.` });
}

/** `otb doctor`: looks at this machine, says what is missing, and installs it. */
export const doctor: CommandModule = {
  name: 'doctor',
  describe: (command) =>
    command
      .description('look at this machine: what is missing for a task, and how to get it')
      .argument('[area]', `one of ${areas.join(', ')}; all but \`test\` when absent`)
      .option('--fix', 'install what is missing (apt only, as root)'),
  examples: ['doctor', 'doctor build --json', 'doctor --fix', 'doctor lab --fix --dry-run'],
  async run(context, [given], options) {
    const asked = areasOf(given);
    const { examine, fix } = await import('../../inspect/ensure-areas.js');
    const { examinationJson, examinationText } = await import('../../inspect/examination-text.js');
    const { missingOf } = await import('../../inspect/check.js');
    const { openDoctorTools } = await import('../doctor-tools.js');
    const tools = openDoctorTools(context);
    const seen = await examine(asked, tools);
    const result = options['fix'] === true ? await fix(seen, 'all', asked, tools) : seen;
    return {
      text: examinationText(result, context.options.verbose),
      json: examinationJson(result, asked),
      ...(missingOf(result.checks).length > 0 && { exit: 'prerequisite' as const }),
    };
  },
};
