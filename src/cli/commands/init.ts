import { dirname, join } from 'node:path';
import type { CommandModule } from '../command.js';
import type { InitFlags } from '../init/from-flags.js';

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

function nextSteps(file: string, hasGateway: boolean): string {
  const key = '  mkdir -m 700 secrets && (umask 077; openssl rand -base64 32 > secrets/tunnel.key)';
  return [
    `wrote ${file} and otb.schema.json`,
    'Next:',
    ...(hasGateway ? [key] : []),
    '  otb validate',
    '  otb build',
  ].join('\n');
}

/** `otb init`: writes a first otb.yaml, and its schema for editors beside it. */
export const init: CommandModule = {
  name: 'init',
  describe: (command) =>
    command
      .description('Write a commented otb.yaml; asks on a terminal, takes flags otherwise.')
      .option('--recipe <name>', 'what is built: a recipe or the path of your own')
      .option('--device-name <name>', 'the name of the router')
      .option('--ssh <destination>', 'where otb logs in to it: root@192.168.100.1')
      .option('--lan <address>', "the router's address in the LAN: 192.168.100.1/24")
      .option('--scenario <name>', 'aggregation, load-balancing or failover')
      .option('--engine <name>', 'mptcp or mwan3')
      .option('--wan <key=value,…>', 'a line: name=fiber,device=eth1,proto=dhcp,down=500,up=200 (repeatable)', collect)
      .option('--gateway <destination>', 'where otb logs in to the gateway')
      .option('--gateway-name <name>', 'the name of the gateway')
      .option('--force', 'overwrite the files that are there'),
  examples: [
    'init',
    'init --wan name=fiber,device=eth1,down=500,up=200 --wan name=lte,device=eth2,role=backup --gateway debian@gw.example.net',
    'init --scenario load-balancing --no-input --force',
  ],
  async run({ options, signal }, _args, flags) {
    const { checkedStarterText } = await import('../init/check-starter.js');
    const { starterFromFlags } = await import('../init/from-flags.js');
    const { jsonSchema } = await import('../../config/json-schema.js');
    const { placeFiles, verifyAbsent } = await import('../../effects/place-files.js');

    const given = flags as InitFlags;
    const schemaFile = join(dirname(options.config), 'otb.schema.json');
    const overwrite = flags['force'] === true;
    if (!overwrite && !options.dryRun)
      await verifyAbsent(
        [options.config, schemaFile],
        'Use --force to overwrite, or --config FILE to write elsewhere.',
      );
    const asks = options.input && !options.yes && process.stderr.isTTY;
    const starter = asks ? await (await import('../init/ask.js')).askStarter(given, signal) : starterFromFlags(given);
    const text = checkedStarterText(starter);
    if (options.dryRun) return { text: text.trimEnd(), json: { written: [], config: text } };
    signal.throwIfAborted();
    const schema = `${JSON.stringify(jsonSchema(), null, 2)}\n`;
    await placeFiles(
      [
        { path: schemaFile, text: schema },
        { path: options.config, text },
      ],
      { overwrite },
    );
    return {
      text: nextSteps(options.config, starter.gateway !== undefined),
      json: { written: [options.config, schemaFile] },
    };
  },
};
