import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { layoutOf } from '../../build/layout.js';
import { Failure } from '../../core/failure.js';
import { localFiles } from '../../effects/tree-files.js';
import { recipeNames } from '../../config/grammar/build.js';

const record = z.object({ artifacts: z.array(z.object({ name: z.string(), kind: z.string() })) });

/** Which of a build's images is meant when nobody says: first what a PC boots, writable root first. */
const preferred = [/-combined-ext4\.img/, /-combined-squashfs\.img/, /-combined-efi-\w+\.img/, /\.img/];

function notBuilt(recipe: string, directory: string): Failure {
  return new Failure(`there is no image of "${recipe}" in ${directory}`, {
    code: 'usage',
    hint: `Build it first (\`otb build ${recipe}\`), or name the file of an image.`,
  });
}

/**
 * The image that a word of the command line means: a file, or what the recipe of that name has built.
 *
 * @param work where recipes are built
 */
export async function findImage(word: string, work: string | undefined): Promise<string> {
  const isRecipe = (recipeNames as readonly string[]).includes(word);
  if (existsSync(word) || !isRecipe) return word;
  const { images } = layoutOf(resolve(work ?? 'build'), word);
  const text = await localFiles.readText(`${images}/otb-build.json`);
  if (text === undefined) throw notBuilt(word, images);
  const names = record
    .parse(JSON.parse(text))
    .artifacts.filter(({ kind }) => kind === 'image')
    .map(({ name }) => name);
  for (const pattern of preferred) {
    const name = names.find((one) => pattern.test(one));
    if (name !== undefined) return `${images}/${name}`;
  }
  throw notBuilt(word, images);
}
