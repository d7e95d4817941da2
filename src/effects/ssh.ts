import { quoteCommand } from '../core/shell.js';
import type { Invocation, Runner } from './runner.js';

/** Whom to speak to, and how. What is left out is as the user's ssh_config says. */
export interface SshTarget {
  host: string;
  port?: number | undefined;
  user?: string | undefined;
  /** The file that pins the host's key. */
  knownHosts?: string | undefined;
  /** The name under which that file has the key; the host's own when absent. */
  knownAs?: string | undefined;
  /** True when a host that is not known yet is taken on first sight. */
  isTrusting: boolean;
  /** The private key to log in with. */
  identity?: string | undefined;
  /** A machine to go through: `user@host:port`. */
  jump?: string | undefined;
  /** True for an old device that has nothing better than ssh-rsa. */
  legacyRsa?: boolean | undefined;
  /** Seconds to wait for the connection. */
  connectSeconds: number;
}

function optionsOf(target: SshTarget): Record<string, string> {
  const { knownHosts, knownAs, identity, legacyRsa } = target;
  return {
    BatchMode: 'yes',
    ConnectTimeout: String(target.connectSeconds),
    ServerAliveInterval: '5',
    ServerAliveCountMax: '3',
    StrictHostKeyChecking: target.isTrusting ? 'accept-new' : 'yes',
    ...(knownHosts !== undefined && { UserKnownHostsFile: knownHosts }),
    ...(knownAs !== undefined && { HostKeyAlias: knownAs }),
    ...(identity !== undefined && { IdentityFile: identity, IdentitiesOnly: 'yes' }),
    ...(legacyRsa === true && { HostKeyAlgorithms: '+ssh-rsa', PubkeyAcceptedAlgorithms: '+ssh-rsa' }),
    ForwardAgent: 'no',
    ForwardX11: 'no',
    LogLevel: 'ERROR',
  };
}

/**
 * The local command that runs a remote one. The remote words are quoted for the shell on the other side. Nothing is
 * asked, no agent or X11 is forwarded, and the user's own ssh_config is left alone: it may know better how to get there.
 */
function sshInvocation(target: SshTarget, remote: Invocation): Invocation {
  const { host, user, port, jump } = target;
  return {
    ...remote,
    file: 'ssh',
    args: [
      '-T',
      ...Object.entries(optionsOf(target)).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
      ...(jump === undefined ? [] : ['-J', jump]),
      ...(port === undefined ? [] : ['-p', String(port)]),
      '--',
      user === undefined ? host : `${user}@${host}`,
      quoteCommand([remote.file, ...remote.args]),
    ],
  };
}

/** A Runner whose commands run on the other machine. */
export function overSsh(target: SshTarget, runner: Runner): Runner {
  return { run: (invocation, options) => runner.run(sshInvocation(target, invocation), options) };
}
