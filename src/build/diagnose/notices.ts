import type { Finding } from './finding.js';
import { prerequisiteOf } from './prerequisites.js';

/** What a notice makes of its line; the diagnosis adds the line, the excerpt and what a feed update is about. */
export type NoticedFinding = Pick<Finding, 'kind' | 'severity' | 'stage' | 'message' | 'retry' | 'package' | 'subject'>;

/** A line that means something by itself, whether or not anything fails afterwards. */
export interface Notice {
  /** As in a signature. */
  needles: readonly string[];
  pattern: RegExp;
  /** @param groups what the pattern captured, in order */
  read: (groups: readonly string[], words: readonly string[]) => NoticedFinding | undefined;
}

function dependency(subject: string, message: string, severity: 'error' | 'warning', more: Partial<NoticedFinding> = {}): NoticedFinding {
  return { kind: 'missing-dependency', severity, stage: 'feeds', message, retry: 'never', subject, ...more };
}

function dropped(subject: string, message: string, severity: 'error' | 'warning' = 'warning'): NoticedFinding {
  return { kind: 'dropped-symbol', severity, stage: 'configure', message, retry: 'never', subject };
}

const feedNotices: readonly Notice[] = [
  {
    needles: ['index missing'],
    pattern: /^Ignoring feed '([^']+)' - index missing/,
    read: ([feed = '']) => ({
      kind: 'missing-feed',
      severity: 'error',
      stage: 'feeds',
      message: `the feed ${feed} has no index: nothing of it can be installed before scripts/feeds update ${feed} has gone well`,
      retry: 'never',
      subject: feed,
    }),
  },
  {
    needles: ['Duplicate feed name'],
    pattern: /Duplicate feed name '([^']+)'(?: in '[^']+')? line: (\d+)/,
    read: ([feed = '', at = '']) => ({
      kind: 'package-metadata',
      severity: 'error',
      stage: 'feeds',
      message: `feeds.conf names the feed ${feed} twice, again in line ${at}: remove one of them`,
      retry: 'never',
      subject: feed,
    }),
  },
  {
    needles: ['ERROR: please fix '],
    pattern: /ERROR: please fix (\S+)\/Makefile(?: - see (\S+) for details)?/,
    read: ([directory = '', log]) => ({
      kind: 'package-metadata',
      severity: 'warning',
      stage: 'feeds',
      message: `${directory}/Makefile cannot be read, so its package is not there${log === undefined ? '' : `; ${log} has the reason`}`,
      retry: 'never',
      package: directory.replace(/^feeds\//, 'package/feeds/'),
      subject: `${directory}/Makefile`,
    }),
  },
  {
    needles: ['No feed for package'],
    pattern: /WARNING: No feed for package '([^']+)' found/,
    read: ([name = ''], words) =>
      // Asked for by name, its absence is the command's failure, although scripts/feeds exits 0.
      words.includes('install') && words.includes(name)
        ? dependency(name, `no feed has the package ${name}, so it was not installed`, 'error')
        : dependency(name, `no feed has the package ${name}`, 'warning'),
  },
  {
    needles: ['which does not exist'],
    pattern: /WARNING: Makefile '(\S+)\/Makefile' has a (?:build |host build )?dependency on '([^']+)', which does not exist/,
    read: ([path = '', name = '']) =>
      dependency(name, `${path} depends on ${name}, which no feed has`, 'warning', { package: path, stage: 'check' }),
  },
];

const configurationNotices: readonly Notice[] = [
  {
    needles: ['Build dependency: '],
    pattern: /Build dependency: (.+)/,
    read: ([complaint = '']) => {
      const { name, message } = prerequisiteOf(complaint.trim());
      return { kind: 'prerequisite', severity: 'error', stage: 'check', message, retry: 'never', subject: name };
    },
  },
  {
    needles: ['function asort never defined'],
    pattern: /awk: .*function asort never defined/,
    read: () => {
      const { name, message } = prerequisiteOf("Please install GNU 'awk'");
      return { kind: 'prerequisite', severity: 'error', stage: 'check', message, retry: 'never', subject: name };
    },
  },
  {
    needles: ['recursive dependency detected'],
    pattern: /recursive dependency detected!/,
    read: () => ({
      kind: 'recursive-dependency',
      severity: 'warning',
      stage: 'configure',
      message: 'packages depend on each other in a circle; kconfig breaks it somewhere and may drop what was asked for',
      retry: 'never',
    }),
  },
  {
    needles: ['nonexistent symbol'],
    pattern: /trying to assign nonexistent symbol (\w\S*)/,
    read: ([symbol = '']) => dropped(`CONFIG_${symbol}`, `no package or option of this tree is called CONFIG_${symbol}`),
  },
  {
    needles: ['warning: symbol value'],
    pattern: /warning: symbol value '([^']*)' invalid for (\w\S*)/,
    read: ([value = '', symbol = '']) => dropped(`CONFIG_${symbol}`, `CONFIG_${symbol} does not take the value ${value}`),
  },
  {
    needles: ['  became  '],
    pattern: /^(?:# )?(CONFIG_[^\s=]+)(?:=(\S+)| is not set) {2}became {2}(.+)/,
    read: ([symbol = '', , got = '']) => dropped(symbol, `make defconfig did not keep ${symbol}: it became ${got.trim()}`, 'error'),
  },
  {
    needles: ['is too big'],
    pattern: /WARNING: Image file (\S+) is too big(?:: (\d+) > (\d+))?/,
    read: ([image = '', size, limit]) => ({
      kind: 'image-too-large',
      severity: 'warning',
      stage: 'image',
      message: `the image ${image} was left out: it is too large${size === undefined ? '' : ` (${size} bytes, ${limit ?? '?'} fit)`}`,
      retry: 'never',
      subject: image,
    }),
  },
];

/** Every line that is a finding by itself. */
export const notices: readonly Notice[] = [...feedNotices, ...configurationNotices];

/** Lines that only a step which came to its end writes. A failure before them still is one. */
const milestones =
  /^Collecting target info: done|^Installing (?:all packages from feed|package '[^']+' from) |^Overriding core package '|^# configuration written to |^ make\[\d\] (?:package\/index|checksum|json_overview_image_info)\b/;

const updating = /^Updating feed '([^']+)' from '([^']+)'/;

/** Whether a line shows that something came to its good end. */
export function isMilestone(line: string): boolean {
  return milestones.test(line);
}

/** The feed that is being fetched from here on, with its address. */
export function updatedFeed(line: string): { feed: string; address: string } | undefined {
  const [, feed, address = ''] = updating.exec(line) ?? [];
  return feed === undefined ? undefined : { feed, address };
}

/** Texts of every line that this file reads. */
export const noticeNeedles: readonly string[] = [
  ...notices.flatMap((notice) => notice.needles),
  '^Collecting target info: done', '^Installing ', '^Overriding core', '^# configuration written', '^Updating feed ',
  '^Create index file', 'Prerequisite check failed', '^+ curl ', '--  http', '--  ftp',
];
