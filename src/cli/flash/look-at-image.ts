import { filterThrough } from '../../effects/filter.js';
import { readTextFile } from '../../effects/files.js';
import { openImageFile } from '../../effects/image-file.js';
import { localRunner } from '../../effects/local-runner.js';
import { withTemporaryFiles } from '../../effects/temporary-files.js';
import { localFiles } from '../../effects/tree-files.js';
import { readBeside } from '../../flash/content/beside.js';
import { checkImage, type CheckedImage, type CheckHelp } from '../../flash/content/check-image.js';
import { openImage, type ImageHelp, type OpenImage } from '../../flash/content/open-image.js';
import { readXzSize } from '../../flash/content/xz-size.js';
import type { FlashOptions } from './flash-options.js';

function imageHelp(signal: AbortSignal): ImageHelp {
  return {
    open: openImageFile,
    filter: filterThrough,
    xzSize: (path) => readXzSize(path, localRunner, signal),
  };
}

/** Opens an image and checks it by all that is known of it. Who gets it closes it. */
export async function lookAtImage(
  path: string,
  { allowAny, sha256, isInsecure, publicKeyFile }: FlashOptions,
  help: Omit<CheckHelp, 'withFiles'>,
): Promise<{ image: OpenImage; checked: CheckedImage }> {
  const image = await openImage(path, imageHelp(help.signal), allowAny, help.signal);
  try {
    const beside = await readBeside(path, (file) => localFiles.readText(file));
    const publicKey = publicKeyFile === undefined ? undefined : await readTextFile(publicKeyFile, { limit: 65_536 });
    const trust = { sha256, publicKey, isInsecure, allowAny };
    return { image, checked: await checkImage(image, beside, trust, { ...help, withFiles: withTemporaryFiles }) };
  } catch (error) {
    await image.close();
    throw error;
  }
}
