import type { Downloads, Recipe } from './recipe.js';

function downloadOptions({ retries, timeoutSeconds }: Downloads): Record<string, string> {
  const curl: string[] = [];
  const wget: string[] = [];
  if (retries !== undefined) {
    curl.push(`--retry ${retries}`);
    // wget counts the first try, too, and takes 0 for ever.
    wget.push(`--tries=${retries + 1}`);
  }
  if (timeoutSeconds !== undefined) {
    curl.push(`--connect-timeout ${timeoutSeconds}`);
    wget.push(`--timeout=${timeoutSeconds}`);
  }
  return curl.length === 0 ? {} : { CURL_OPTIONS: curl.join(' '), WGET_OPTIONS: wget.join(' ') };
}

/**
 * The variables that make runs with because of the recipe. Its `scripts/download.pl` reads the mirrors and the options
 * of curl (of wget, before 2020) from the environment; what the user names himself comes last and wins.
 */
export function recipeEnvironment({ downloads = {}, environment = {} }: Recipe): Record<string, string> {
  const { mirrors = [] } = downloads;
  return {
    ...(mirrors.length > 0 && { DOWNLOAD_MIRROR: mirrors.join(';') }),
    ...downloadOptions(downloads),
    ...environment,
  };
}

/** The lines of `.config` that follow from a recipe's directories: archives, external toolchain, external kernel. */
export function neededConfig({ downloads, toolchain, kernelTree }: Recipe): string[] {
  const lines = [
    ...(downloads?.directory === undefined ? [] : [`CONFIG_DOWNLOAD_FOLDER="${downloads.directory}"`]),
    ...(toolchain === undefined ? [] : ['CONFIG_EXTERNAL_TOOLCHAIN=y', `CONFIG_TOOLCHAIN_ROOT="${toolchain}"`]),
    ...(kernelTree === undefined ? [] : [`CONFIG_EXTERNAL_KERNEL_TREE="${kernelTree}"`]),
  ];
  return lines.length === 0 ? [] : ['CONFIG_DEVEL=y', ...lines];
}
