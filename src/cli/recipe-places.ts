import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { verifyFeed, type FeedPlace } from '../build/feeds.js';
import type { Recipe, Source } from '../build/recipe.js';
import { Failure } from '../core/failure.js';
import { gitAddressComplaint } from '../core/git-address.js';

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function isBareRepository(path: string): boolean {
  return existsSync(join(path, 'HEAD')) && isDirectory(join(path, 'objects'));
}

function isWorkTree(path: string): boolean {
  return existsSync(join(path, '.git'));
}

/** True for what can only be an address: it has a scheme, or a host before a colon. */
function isAddress(word: string): boolean {
  return /^[^/]*:/.test(word) || word.startsWith('-');
}

function directoryOf(word: string, option: string): string {
  const path = resolve(word);
  if (isDirectory(path)) return path;
  throw new Failure(`${option}: there is no directory ${path}`, {
    code: 'usage',
    hint: 'Name a directory, or an address of git.',
  });
}

function verifyAddress(word: string, option: string): string {
  const complaint = gitAddressComplaint(word);
  if (complaint === undefined) return word;
  throw new Failure(`${option} ${JSON.stringify(word)}: ${complaint.what}`, {
    code: 'usage',
    hint: `For an address, ${complaint.hint}.`,
  });
}

/**
 * The build tree from another place: an address of git, a repository of this machine, or a plain directory, which is
 * copied. Branch and pin stay the recipe's: another place of the same repository has them, too.
 */
export function sourceAt(word: string, { source }: Recipe, option = '--source'): Source {
  const url = isAddress(word) ? verifyAddress(word, option) : directoryOf(word, option);
  if (!isAddress(word) && !isWorkTree(url) && !isBareRepository(url)) return { kind: 'tree', path: url };
  if (source.kind === 'tree') return { kind: 'git', url };
  const { mirrors: _mirrors, ...rest } = source;
  return { ...rest, url };
}

/**
 * Reads `NAME=PATH-or-URL`. A bare repository and an address are cloned; a directory with files in it is linked, so that
 * what is changed there is built at once.
 */
export function feedPlaceAt(word: string, option = '--feed'): [name: string, place: FeedPlace] {
  const [, name, where] = /^([^=]*)=(.+)$/.exec(word) ?? [];
  if (name === undefined || where === undefined) {
    throw new Failure(`${option} wants NAME=PATH-or-URL, not "${word}"`, { code: 'usage' });
  }
  const location = isAddress(where) ? verifyAddress(where, option) : directoryOf(where, option);
  const type = isAddress(where) || isBareRepository(location) ? 'src-git' : 'src-link';
  verifyFeed({ type, name, location });
  return [name, { type, location }];
}
