/** Variables that pass from the user's environment to child processes; a trailing `*` stands for any ending. */
const passed = [
  'HOME',
  'USER',
  'LOGNAME',
  'TERM',
  'TZ',
  'TMPDIR',
  'SSH_AUTH_SOCK',
  'SOURCE_DATE_EPOCH',
  'http_proxy',
  'https_proxy',
  'ftp_proxy',
  'no_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'CCACHE_*',
  'GIT_CONFIG_*',
  'GIT_SSL_*',
  'GIT_SSH*',
  'XDG_*',
];

const systemPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

function isPassed(name: string): boolean {
  return passed.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
}

/** PATH without relative entries and without entries that hold a space (they break OpenWrt's `find -execdir`), with the system's own added. */
export function cleanPath(path: string): string {
  const kept = path.split(':').filter((entry) => entry.startsWith('/') && !/\s/.test(entry));
  return [...new Set([...kept, ...systemPath])].join(':');
}

/**
 * The environment of every child process: an allow-list, because a stray CFLAGS, MAKEFLAGS, GIT_DIR or CDPATH
 * breaks builds in ways nobody finds. Messages are read by otb, so they are asked for in English (`LC_ALL=C`).
 */
export function childEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  added: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && isPassed(name)) environment[name] = value;
  }
  return { ...environment, PATH: cleanPath(own['PATH'] ?? ''), LC_ALL: 'C', LANG: 'C.UTF-8', ...added };
}
