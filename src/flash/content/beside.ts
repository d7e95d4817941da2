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
  /** Signatures of usign, signify or minisign. */
  signatures: BesideSignatures;
  /** Signatures of PGP. */
  pgp: BesideSignatures;
}

/** The texts of signatures: over the image itself, and over `sha256sums`. */
export interface BesideSignatures {
  image: string | undefined;
  sums: string | undefined;
}

type ReadText = (path: string) => Promise<string | undefined>;

async function firstOf(paths: readonly string[], readText: ReadText): Promise<string | undefined> {
  for (const path of paths) {
    const text = await readText(path);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Reads them. A block map may bear the name of the image without its packing, as bmaptool's does. */
export async function readBeside(imagePath: string, readText: ReadText): Promise<BesideImage> {
  const directory = dirname(imagePath);
  const at = (name: string) => readText(`${directory}/${name}`);
  const unpacked = imagePath.replace(/\.(gz|xz|zst)$/, '');
  const prefix = basename(imagePath).replace(/-(generic-)?[a-z0-9-]*(combined|rootfs).*$/, '');
  const sums = `${directory}/sha256sums`;
  return {
    name: basename(imagePath),
    sha256sums: await readText(sums),
    profiles: await at('profiles.json'),
    otbBuild: await at('otb-build.json'),
    manifest: await at(`${prefix}.manifest`),
    bmap: await firstOf([`${imagePath}.bmap`, `${unpacked}.bmap`, unpacked.replace(/\.\w+$/, '.bmap')], readText),
    signatures: {
      image: await firstOf([`${imagePath}.sig`, `${imagePath}.minisig`], readText),
      sums: await firstOf([`${sums}.sig`, `${sums}.minisig`], readText),
    },
    pgp: { image: await readText(`${imagePath}.asc`), sums: await readText(`${sums}.asc`) },
  };
}
