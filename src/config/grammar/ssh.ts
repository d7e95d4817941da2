import { firstForeign, matching, type Complaint, type Grammar } from './grammar.js';
import { checkHost } from './network.js';

/** Where an SSH connection goes. */
export interface SshTarget {
  /** Absent: as the user's ssh_config says. */
  user?: string;
  /** A host name, an address, or a host of the user's ssh_config. */
  host: string;
  port?: number;
}

const shape =
  /^(?:(?<user>[^@]*)@)?(?:\[(?<ipv6>[^\]]*)\]|(?<host>[^:[\]]*|[0-9a-fA-F:]*::?[0-9a-fA-F:.]*))(?::(?<port>\d+))?$/;

/** Takes `user@host:port` apart, without judging the parts. A bare IPv6 address has no port; in brackets it may. */
function split(value: string): SshTarget | undefined {
  const bareIpv6 = /^(?:([^@]*)@)?([0-9a-fA-F]*:[0-9a-fA-F:.]*:[0-9a-fA-F.]*)$/.exec(value);
  const groups = bareIpv6 ? { user: bareIpv6[1], host: bareIpv6[2] } : shape.exec(value)?.groups;
  if (!groups) return undefined;
  const { user, port } = groups as { user?: string; port?: string };
  const host = (groups as { ipv6?: string }).ipv6 ?? groups['host'] ?? '';
  return { ...(user !== undefined && { user }), host, ...(port !== undefined && { port: Number(port) }) };
}

/** Reads a destination that {@link sshDestination} accepted. */
export function parseSshTarget(value: string): SshTarget {
  return split(value) ?? { host: value };
}

/** Prints a destination so that {@link parseSshTarget} reads it back. */
export function formatSshTarget({ user, host, port }: SshTarget): string {
  const name = port !== undefined && host.includes(':') ? `[${host}]` : host;
  return `${user === undefined ? '' : `${user}@`}${name}${port === undefined ? '' : `:${port}`}`;
}

function checkDestination(value: string): Complaint | undefined {
  const hint = 'write it as root@192.168.100.1, user@host:port, or a host of your ssh_config';
  if (value === '') return { what: 'the SSH destination is empty', hint };
  if (value.startsWith('-')) return { what: 'the SSH destination begins with "-"', hint };
  const foreign = firstForeign(value, /^[A-Za-z0-9._:@[\]-]$/);
  if (foreign !== undefined) return { what: `the SSH destination holds ${foreign}`, hint };
  const target = split(value);
  if (!target) return { what: 'this is no SSH destination', hint };
  const { user, host, port } = target;
  // The user name is not repeated in the message: somebody may have written a password behind it.
  if (user?.includes(':') === true)
    return { what: 'the SSH destination holds a password', hint: 'leave it out: log in with a key, or let otb ask' };
  if (user !== undefined && !/^[A-Za-z_][A-Za-z0-9._-]{0,31}$/.test(user))
    return { what: 'this is no user name', hint };
  if (port !== undefined && (port < 1 || port > 65535)) return { what: `there is no port ${port}`, hint };
  return checkHost(host);
}

/** `user@host:port`; user and port may be left out. */
export const sshDestination: Grammar = {
  pattern: '^([A-Za-z_][A-Za-z0-9._-]{0,31}@)?[A-Za-z0-9_:[][A-Za-z0-9._:\\]-]*$',
  check: checkDestination,
};

const keyType = '(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-[a-z0-9@.-]+)';

/** A host's public key, or its SHA-256 fingerprint. */
export const hostKey: Grammar = matching(
  new RegExp(`^(?:SHA256:[A-Za-z0-9+/]{43}|${keyType} [A-Za-z0-9+/]{40,}={0,2}(?: [^\\r\\n]*)?)$`),
  {
    what: 'this is no host key',
    hint: 'give the line "ssh-ed25519 AAAA…" from ssh-keyscan, or the fingerprint "SHA256:…"',
  },
);

/** A public key that may log in, or the path of a file that holds one. */
export const authorizedKey: Grammar = matching(
  new RegExp(`^(?:${keyType} [A-Za-z0-9+/]{40,}={0,2}(?: [^\\r\\n]*)?|[^\\r\\n\\0-][^\\r\\n\\0]*\\.pub)$`),
  {
    what: 'this is no public SSH key',
    hint: 'give the line "ssh-ed25519 AAAA…", or the path of a file that ends in .pub',
  },
);
