import { join } from 'node:path';
import { Failure } from '../../core/failure.js';
import type { CommandModule } from '../command.js';

function nextSteps(privateKey: string, publicKey: string): string {
  return [
    `wrote ${privateKey} and ${publicKey}`,
    'Next:',
    `  keep ${privateKey} out of version control, and a copy of it in a safe place`,
    '  name it in otb.yaml, under build:',
    `    signingKey: { file: ${privateKey} }`,
    `  give ${publicKey} to those who flash: usign -V -p ${publicKey} -m sha256sums`,
  ].join('\n');
}

/** `otb keys build`: the pair of keys that signs the images. */
export const keys: CommandModule = {
  name: 'keys',
  describe: (command) =>
    command
      .description('Make the keys that sign the list of checksums of a build (usign, signify).')
      .argument('<what>', 'which keys: build')
      .option('--directory <path>', 'where to put them', 'secrets'),
  examples: ['keys build', 'keys build --directory /etc/otb'],
  async run({ options }, [what], flags) {
    if (what !== 'build') {
      throw new Failure(`there are no keys called "${String(what)}"`, { code: 'usage', hint: 'Say `otb keys build`.' });
    }
    const directory = String(flags['directory']);
    const [privateKey, publicKey] = [join(directory, 'build.key'), join(directory, 'build.pub')];
    const { placeFiles, verifyAbsent } = await import('../../effects/place-files.js');
    await verifyAbsent(
      [privateKey, publicKey],
      'Images that they have signed could not be checked any more: name another --directory.',
    );
    if (options.dryRun) return { text: `would write ${privateKey} and ${publicKey}`, json: { written: [] } };
    const { makePrivateDirectory } = await import('../../effects/private-directory.js');
    const { generateKeys } = await import('../../core/usign.js');
    await makePrivateDirectory(directory);
    const pair = generateKeys();
    const files = [
      { path: privateKey, text: pair.privateKey, mode: 0o600 },
      { path: publicKey, text: pair.publicKey },
    ];
    await placeFiles(files, { overwrite: false });
    return {
      text: nextSteps(privateKey, publicKey),
      json: { fingerprint: pair.fingerprint, written: [privateKey, publicKey] },
    };
  },
};
