import * as z from 'zod';
import { plainLine } from '../../core/terminal-text.js';

/** What an image says about itself; all of it safe to print. What is not said is absent. */
export interface ImageMetadata {
  /** The boards that may take it, as `vendor,board`; empty for the PC, whose images name none. */
  supportedDevices: readonly string[];
  /** `OpenWrt`, `OverTheBox`. */
  distribution?: string;
  /** `23.05.5`. */
  version?: string;
  /** `r24106-10cc5fcd00`. */
  revision?: string;
  /** `x86/64`, `ramips/mt7621`. */
  target?: string;
  /** The profile: `generic`. */
  board?: string;
}

const line = z.string().transform((text) => plainLine(text.split('\n', 1)[0] ?? '').slice(0, 200));
const said = line.optional().catch(undefined);
const about = z.object({
  supported_devices: z.array(line).catch([]),
  version: z.object({ dist: said, version: said, revision: said, target: said, board: said }).catch({}),
});

/**
 * Gives the metadata of {@link readTrailers} a shape. Whether the image fits is the reader's to decide: the machine
 * that will boot the disk is not the one that writes it.
 */
export function readMetadata(metadata: unknown): ImageMetadata {
  const read = about.safeParse(metadata);
  if (!read.success) return { supportedDevices: [] };
  const { supported_devices: supportedDevices, version } = read.data;
  const { dist, version: number, revision, target, board } = version;
  return {
    supportedDevices,
    ...(dist !== undefined && { distribution: dist }),
    ...(number !== undefined && { version: number }),
    ...(revision !== undefined && { revision }),
    ...(target !== undefined && { target }),
    ...(board !== undefined && { board }),
  };
}

/** True when the metadata name a target other than the PC's: a disk with this image boots on that board only. */
export function isForAnotherTarget({ target }: ImageMetadata): boolean {
  return target !== undefined && !target.startsWith('x86/');
}
