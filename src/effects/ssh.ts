import { quoteCommand } from '../core/shell.js';
import type { Invocation, Runner } from './runner.js';

/** Whom to speak to, and how. */
export interface SshTarget {
  host: string;
  port: number;
  user: string;
  /** The file that pins the host's key; a host that is not in it is added on first sight. */
  knownHosts: string;
  /** Seconds to wait for the connection. */
  connectSeconds: number;
}

/**
 * The local command that runs a remote one. The remote words are quoted for the shell on the other side. Nothing is
 * asked, no agent or X11 is forwarded, and the user's own ssh_config is left alone: it may know better how to get there.
 */
function sshInvocation(target: SshTarget, remote: Invocation): Invocation {
  const options = {
    BatchMode: 'yes',
    ConnectTimeout: String(target.connectSeconds),
    ServerAliveInterval: '5',
    ServerAliveCountMax: '3',
    StrictHostKeyChecking: 'accept-new',
    UserKnownHostsFile: target.knownHosts,
    ForwardAgent: 'no',
    ForwardX11: 'no',
    LogLevel: 'ERROR',
  };
  return {
    ...remote,
    file: 'ssh',
    args: [
      '-T',
      ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
      '-p',
      String(target.port),
      '--',
      `${target.user}@${target.host}`,
      quoteCommand([remote.file, ...remote.args]),
    ],
  };
}

/** A Runner whose commands run on the other machine. */
export function overSsh(target: SshTarget, runner: Runner): Runner {
  return { run: (invocation, options) => runner.run(sshInvocation(target, invocation), options) };
}
