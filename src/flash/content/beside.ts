import { basename, dirname } from 'node:path';

/** The texts of the files beside an image that say something about it; undefined what is not there. */
export interface BesideImage {
  /** The image's name, without its directory. */
  name: string;
  sha256sums: string | undefined;
  profiles: string | undefined;
  otbBuild: string | undefined;
  manifest: string | undefined;
  bmap: string | undefined;
  /** A signature over the image itself. */
  imageSignature: { path: string; text: string } | undefined;
  /** A signature over `sha256sums`. */
  sumsSignature: { path: string; text: string } | undefined;
}

type ReadText = (path: string) => Promise<string | undefined>;

async function firstOf(
  paths: readonly string[],
  readText: ReadText,
): Promise<{ path: string; text: string } | undefined> {
  for (const path of paths) {
    const text = await readText(path);
    if (text !== undefined) return { path, text };
  }
  return undefined;
}

/** Reads them. A block map may bear the name of the image without its packing, as bmaptool's does. */
export async function readBeside(imagePath: string, readText: ReadText): Promise<BesideImage> {
  const directory = dirname(imagePath);
  const at = (name: string) => readText(`${directory}/${name}`);
  const unpacked = imagePath.replace(/\.(gz|xz|zst)$/, '');
  const prefix = basename(imagePath).replace(/-(generic-)?[a-z0-9-]*(combined|rootfs).*$/, '');
  const bmap = await firstOf([`${imagePath}.bmap`, `${unpacked}.bmap`, unpacked.replace(/\.\w+$/, '.bmap')], readText);
  return {
    name: basename(imagePath),
    sha256sums: await at('sha256sums'),
    profiles: await at('profiles.json'),
    otbBuild: await at('otb-build.json'),
    manifest: await at(`${prefix}.manifest`),
    bmap: bmap?.text,
    imageSignature: await firstOf([`${imagePath}.sig`, `${imagePath}.minisig`], readText),
    sumsSignature: await firstOf([`${directory}/sha256sums.sig`, `${directory}/sha256sums.minisig`], readText),
  };
}
