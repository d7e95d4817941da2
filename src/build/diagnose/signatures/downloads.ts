import type { Signature } from './signature.js';

const network = /resolve host|resolve proxy|timed out|refused|unreachable|reset by peer|\b(?:5\d\d|429)\b|TLS|SSL|early EOF/i;

/** Whether a tool's complaint is about the network, which may be back later. */
export function isAboutNetwork(text: string): boolean {
  return network.test(text);
}

/** Archives that could not be fetched, or are not what they should be. */
export const downloadSignatures: readonly Signature[] = [
  {
    kind: 'download-hash',
    weight: 'exact',
    needles: ['does not match (file', 'does not match the', 'ash mismatch', 'ash Sum mismatch', 'does not match.'],
    pattern:
      /(?:Hash|[Mm][Dd]5 ?sum|SHA256 ?sum) of the (?<place>local|downloaded) file (?:(?<subject>\S+) )?does not match|Hash mismatch for file (?<file>\S+?):? expected (?<wanted>\w+), got (?<got>\w+)|Hash Sum mismatch/,
    tell: ({ subject, file, place }) =>
      `${subject ?? file ?? 'a download'} has another hash than its Makefile says${place === 'local' ? ': remove it from dl/, make does not' : ''}`,
    retry: 'never',
  },
  {
    kind: 'download',
    weight: 'exact',
    needles: ['No more mirrors to try'],
    pattern: /No more mirrors to try/,
    tell: () => 'no mirror had it',
    retry: 'later',
  },
  {
    kind: 'download',
    weight: 'diagnostic',
    needles: ['curl: (', '^wget: ', '^Download failed.', 'No instances of ', '^E: ', 'Failed to fetch '],
    pattern:
      /curl: \(\d+\) (?<why>.*)|^wget: (?<complaint>.*)|^Download failed\.|^No instances of (?<subject>\S+) found in (?<where>\S+)|^E: (?<apt>(?:Failed to fetch|Unable to (?:locate|fetch)|Some (?:files|index files)|The repository|Can't find a source).*)/,
    tell: ({ why, complaint, apt, subject, where }) =>
      subject === undefined ? (why ?? complaint ?? apt ?? 'a download failed') : `${subject} is not in ${where ?? ''}`,
    retry: 'later',
  },
  {
    kind: 'git',
    weight: 'diagnostic',
    needles: ['fatal: ', 'error: RPC failed', 'error: git upload-pack'],
    pattern: /^(?:remote: )?(?:fatal: (?<what>.*)|error: (?<failed>(?:RPC failed|git upload-pack).*))$/,
    tell: ({ what, failed }) => `git: ${what ?? failed ?? ''}`,
    retry: 'never',
  },
];
