import * as z from 'zod';
import { text } from '../grammar/grammar.js';
import {
  authorizedKey,
  formatSshTarget,
  hostKey,
  parseSshTarget,
  sshDestination,
  type SshTarget,
} from '../grammar/ssh.js';
import { path } from '../grammar/build.js';
import { durationOr } from '../grammar/units.js';

/** `user@host:port` as text in the file, taken apart inside. */
function destination(example: string) {
  return z.codec(
    text(sshDestination).meta({ pattern: sshDestination.pattern, examples: [example] }),
    z.custom<SshTarget>(),
    { decode: parseSshTarget, encode: formatSshTarget },
  );
}

const sshOptions = z.strictObject({
  identity: text(path)
    .optional()
    .meta({ examples: ['~/.ssh/router'] })
    .describe('The private key to log in with. Without it: your ssh_config and agent.'),
  jump: destination('admin@bastion.example.net').optional().describe('A machine to go through.'),
  legacyRsa: z
    .boolean()
    .default(false)
    .describe('Accept ssh-rsa signatures, for OpenWrt 19.07 and older whose only host key is of that kind.'),
  connectTimeout: durationOr('10s', '1s', '5m').describe('How long a connection may take to come up.'),
});

/** What every machine that otb logs in to has. */
export function sshShape(example: string) {
  return {
    ssh: destination(example).describe(
      'Where otb logs in: user@host, user@host:port, or a host of your ssh_config. Never with a password in it.',
    ),
    hostKey: text(hostKey)
      .optional()
      .meta({
        examples: ['SHA256:0123456789abcdefghijklmnopqrstuvwxyzABCDEFG', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI…'],
      })
      .describe("The machine's public host key or its fingerprint. Without it, `otb trust` pins the key."),
    sshOptions: sshOptions.prefault({}).describe('How the connection is made.'),
  };
}

/** Public keys that may log in. */
export function authorizedKeys() {
  return z
    .array(text(authorizedKey))
    .default([])
    .meta({ examples: [['~/.ssh/id_ed25519.pub']] })
    .describe('Public keys that may log in: the line itself, or the path of a file that ends in .pub.');
}
