import { describe, expect, it } from 'vitest';
import { cachePath } from '../../../src/build/git/cache.js';
import { gitEnvironment, inheritedSettings, settingsOf } from '../../../src/build/git/environment.js';
import { isNetworkTrouble, whatGitSaid } from '../../../src/build/git/attempts.js';
import { planFeeds } from '../../../src/build/feeds.js';
import { recipePins } from '../../../src/build/pins.js';
import { neededConfig, recipeEnvironment } from '../../../src/build/recipe-needs.js';
import { findRecipe, recipes } from '../../../src/build/recipes/index.js';
import { recipeNames } from '../../../src/config/grammar/build.js';
import { parseRecipe } from '../../../src/config/parse-recipe.js';
import { recipeDocument, showRecipe } from '../../../src/cli/recipe-text.js';

describe('the recipes that come with otb', () => {
  it('are those that otb.yaml knows', () => {
    expect(recipes.map(({ name }) => name)).toEqual([...recipeNames]);
  });

  it.each(recipes.map((recipe) => [recipe.name, recipe] as const))('%s is what a user could have written', (_name, recipe) => {
    const { value, problems } = parseRecipe(showRecipe(recipe).text, 'recipe.yaml');
    expect(problems).toBeUndefined();
    expect(JSON.parse(JSON.stringify(value))).toEqual(recipeDocument(recipe));
  });

  it.each(recipes.filter(({ source }) => source.kind === 'git').map((recipe) => [recipe.name, recipe] as const))('%s pins its tree and its own git feeds', (_name, recipe) => {
    const { source, feeds } = recipePins(recipe);
    expect(source).toMatch(/^[0-9a-f]{40}$/);
    for (const { type, name } of recipe.feeds) if (type === 'src-git') expect(feeds[name]).toMatch(/^[0-9a-f]{40}$/);
    expect(() => planFeeds('', recipe.feeds.filter(({ type }) => type === 'src-git'), { pins: feeds, places: {} })).not.toThrow();
  });

  it('do not answer to other names', () => {
    expect(() => findRecipe('openwr')).toThrow('there is no recipe "openwr"');
  });
});

describe('what a build without a network needs', () => {
  const recipe = {
    ...findRecipe('openwrt'),
    downloads: { mirrors: ['file:///srv/dl', 'https://mirror.example.net'], directory: '/srv/dl', retries: 0, timeoutSeconds: 5 },
    toolchain: '/opt/toolchain',
    kernelTree: '/usr/src/linux',
    environment: { CCACHE_DIR: '/var/cache/ccache', CURL_OPTIONS: '--retry 9' },
  };

  it('is variables for make; the user’s own win', () => {
    expect(recipeEnvironment(recipe)).toEqual({
      DOWNLOAD_MIRROR: 'file:///srv/dl;https://mirror.example.net',
      CURL_OPTIONS: '--retry 9',
      WGET_OPTIONS: '--tries=1 --timeout=5',
      CCACHE_DIR: '/var/cache/ccache',
    });
    expect(recipeEnvironment(findRecipe('openwrt'))).toEqual({});
  });

  it('is lines of .config', () => {
    expect(neededConfig(recipe)).toEqual([
      'CONFIG_DEVEL=y',
      'CONFIG_DOWNLOAD_FOLDER="/srv/dl"',
      'CONFIG_EXTERNAL_TOOLCHAIN=y',
      'CONFIG_TOOLCHAIN_ROOT="/opt/toolchain"',
      'CONFIG_EXTERNAL_KERNEL_TREE="/usr/src/linux"',
    ]);
    expect(neededConfig(findRecipe('openwrt'))).toEqual([]);
  });

  it('is rewrites that every git below make sees, behind the user’s own settings', () => {
    const inherited = inheritedSettings({ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'http.proxy', GIT_CONFIG_VALUE_0: 'http://p' });
    const settings = settingsOf(inherited, [{ from: 'https://github.com/', to: 'file:///srv/' }]);
    const environment = gitEnvironment(settings);
    const last = settings.length - 1;
    expect(environment).toMatchObject({
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_COUNT: String(settings.length),
      GIT_CONFIG_KEY_0: 'http.proxy',
      GIT_CONFIG_VALUE_0: 'http://p',
      [`GIT_CONFIG_KEY_${last}`]: 'url.file:///srv/.insteadOf',
      [`GIT_CONFIG_VALUE_${last}`]: 'https://github.com/',
    });
    expect(inheritedSettings({ GIT_CONFIG_COUNT: 'x' })).toEqual([]);
  });
});

describe('git', () => {
  it.each([
    ["fatal: unable to access 'https://github.com/x/': Could not resolve host: github.com", true],
    ['fatal: unable to access: Failed to connect to 127.0.0.1 port 9 after 0 ms: Couldn’t connect to server', true],
    ['error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502', true],
    ['fatal: early EOF', true],
    ["fatal: repository 'https://github.com/x/' not found", false],
    ["fatal: '/x' does not appear to be a git repository", false],
  ])('%s: the network? %s', (said, answer) => {
    expect(isNetworkTrouble(said)).toBe(answer);
  });

  it('is quoted with what matters', () => {
    const stderr = "Cloning into bare repository 'x'...\nremote: fatal: unable to read 7e8a        \nfatal: early EOF\n";
    expect(whatGitSaid({ stdout: '', stderr })).toEqual(['remote: fatal: unable to read 7e8a        ', 'fatal: early EOF']);
    expect(whatGitSaid({ stdout: '', stderr: 'something else\n' })).toEqual(['something else']);
  });

  it.each([
    ['https://github.com/ovh/overthebox-feeds.git', /^\/c\/overthebox-feeds-[0-9a-f]{12}\.git$/],
    ['https://github.com/ovh/overthebox-feeds', /^\/c\/overthebox-feeds-[0-9a-f]{12}\.git$/],
    ['git@example.net:tree.git', /^\/c\/tree-[0-9a-f]{12}\.git$/],
    ['https://example.net/..', /^\/c\/[\w.-]+-[0-9a-f]{12}\.git$/],
  ])('%s is kept in a place of its own', (url, pattern) => {
    expect(cachePath('/c', url)).toMatch(pattern);
  });
});
