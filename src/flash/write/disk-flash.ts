import { Failure } from '../../core/failure.js';
import { formatBytes } from '../../core/units.js';
import type { Disk } from '../../effects/disk.js';
import { blockBytes, type Block } from './block.js';
import { BlockPool } from './block-pool.js';
import { blocksOf } from './blocks-of.js';
import { DiskWriter } from './disk-writer.js';
import { locateDifference } from './locate-difference.js';
import type { Proof } from './proof.js';
import { findDifference } from './read-back.js';
import type { TablePlan } from './table-plan.js';
import { withState, type DiskState, type WriteFigures } from './target.js';

/** An image as the writer sees it. */
export interface ImageContent {
  /** How long it is in bytes, when that is known before it has been read. */
  size: number | undefined;
  /** The content from its beginning to its end; may be asked for more than once. */
  read: (signal: AbortSignal) => AsyncIterable<Buffer>;
}

/** What writing needs from outside. */
export interface WriteHelp {
  /** Makes buffers that begin at a page's boundary. */
  buffers: (count: number, size: number) => Buffer[];
  now: () => number;
  /** Whether the last partition is to reach the disk's end. */
  isExpanding: boolean;
}

/** What one pass over the disks is told, and tells. */
export interface PassOptions {
  signal: AbortSignal;
  /** How far the slowest disk is, in bytes; the total when it is known. */
  onProgress: (bytes: number, total: number | undefined) => void;
}

/** What became of one disk. */
export interface DiskOutcome {
  disk: Disk;
  state: DiskState;
  figures: WriteFigures;
  /** Whether the image has a GPT. */
  hasGpt: boolean;
  /** How the last partition grew in the table, or why it did not; undefined when nobody asked. */
  expansion: TablePlan['expansion'];
  writeMs: number;
  proveMs: number;
  /** Why it is not what it should be; undefined when it is. */
  failure: unknown;
}

/** How many blocks are on their way at once: four are written, one is ready, one is filled. */
const blocksUnderWay = 6;
const scratchBlocks = 4;

/** One disk of several: a failure of it is kept, and does not stop the others. */
class Lane {
  readonly writer: DiskWriter;
  failure: unknown;
  writeMs = 0;
  proveMs = 0;

  constructor(writer: DiskWriter) {
    this.writer = writer;
  }

  async attempt(work: () => Promise<void>): Promise<void> {
    if (this.failure !== undefined) return;
    try {
      await work();
    } catch (error) {
      this.failure ??= withState(error, this.writer.disk, this.writer.state);
    }
  }

  get outcome(): DiskOutcome {
    const { failure, writeMs, proveMs } = this;
    const { disk, state, figures, hasGpt, expansion } = this.writer;
    return { disk, state, figures, hasGpt, expansion, failure, writeMs, proveMs };
  }
}

function tooLong(disk: Disk): Failure {
  return new Failure(`the image is longer than ${disk.path}, which has ${formatBytes(disk.size ?? 0)}`, {
    code: 'usage',
    hint: 'Take a larger disk.',
  });
}

function isPast({ offset, bytes }: Block, { size }: Disk): boolean {
  return size !== undefined && offset + bytes.length > size;
}

/**
 * An image on its way to one or several disks: {@link write}, then {@link prove}. It is read once for all of them; a disk
 * that fails does not stop the others. The first MiB of each comes last, when the rest has been proven.
 */
export class DiskFlash {
  readonly #image: ImageContent;
  readonly #help: WriteHelp;
  readonly #lanes: readonly Lane[];
  readonly #scratch: BlockPool;
  readonly #zeros: Buffer;
  #length = 0;

  constructor(image: ImageContent, disks: readonly Disk[], help: WriteHelp) {
    const { buffers, now, isExpanding } = help;
    const [zeros = Buffer.alloc(0), ...scratch] = buffers(1 + scratchBlocks, blockBytes);
    this.#image = image;
    this.#help = help;
    this.#zeros = zeros;
    this.#scratch = new BlockPool(scratch);
    const shared = { scratch: this.#scratch, zeros, buffers, now, isExpanding };
    this.#lanes = disks.map((disk) => new Lane(new DiskWriter(disk, shared)));
  }

  /** What became of each disk so far, in their order. */
  get outcomes(): DiskOutcome[] {
    return this.#lanes.map(({ outcome }) => outcome);
  }

  /** How long the image was, in bytes; known when it has been written. */
  get length(): number {
    return this.#length;
  }

  /**
   * Writes all but the first MiB.
   *
   * @throws what reading the image throws, and what the signal was aborted with; the disks' states are in the hint
   */
  async write(options: PassOptions): Promise<void> {
    const begun = this.#help.now();
    await this.#overLanes(options, async () => {
      await this.#writeBlocks(options);
      await this.#each(async (lane) => {
        await lane.writer.settle(this.#length);
        lane.writeMs = this.#help.now() - begun;
      });
    });
  }

  /** Reads everything back, puts the first MiB in its place, and reads it back, too. Throws as {@link write} does. */
  async prove(options: PassOptions): Promise<void> {
    const begun = this.#help.now();
    const open = this.#lanes
      .filter(({ failure }) => failure === undefined)
      .flatMap(({ writer }) => writer.proofs.open());
    const total = open.reduce((sum, { length }) => sum + length, 0);
    let proven = 0;
    const onProven = (bytes: number) => {
      options.onProgress((proven += bytes), total);
    };
    await this.#overLanes(options, () =>
      this.#each(async (lane) => {
        const { writer } = lane;
        const back = { scratch: this.#scratch, zeros: this.#zeros, signal: options.signal, onProven };
        const proveSome = async (proofs: readonly Proof[]) => {
          const wrong = await findDifference(writer.disk, proofs, back);
          if (wrong) throw await locateDifference(writer.disk, wrong, this.#image.read(options.signal), this.#scratch);
        };
        await proveSome(writer.proofs.open().filter(({ index }) => index > 0));
        await writer.writeFirst();
        await proveSome(writer.proofs.open().filter(({ index }) => index === 0));
        await writer.disk.setLength(this.#length);
        lane.proveMs = this.#help.now() - begun;
      }),
    );
  }

  async #each(work: (lane: Lane) => Promise<void>): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.attempt(() => work(lane))));
  }

  /** What stops all disks at once is told with the state of each. */
  async #overLanes({ signal }: PassOptions, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      signal.throwIfAborted();
    } catch (error) {
      throw this.#lanes.reduceRight((one, { writer }) => withState(one, writer.disk, writer.state), error);
    }
  }

  /** Reads the image once, and gives every block to every disk. */
  async #writeBlocks({ signal, onProgress }: PassOptions): Promise<void> {
    const image = this.#image;
    const pool = new BlockPool(this.#help.buffers(blocksUnderWay, blockBytes));
    const sectorBytes = Math.max(...this.#lanes.map(({ writer: { disk } }) => disk.sectorSize));
    const underWay = new Set<Promise<void>>();
    let written = 0;
    try {
      for await (const block of blocksOf(this.#counted(image.read(signal)), pool, sectorBytes)) {
        signal.throwIfAborted();
        if (this.#lanes.every(({ failure }) => failure !== undefined)) break;
        if (block.index === 0) {
          await this.#each((lane) => lane.writer.begin(block, image.size));
          continue;
        }
        const work = this.#each((lane) => writeOne(lane, block)).then(() => {
          pool.give(Buffer.from(block.bytes.buffer, block.bytes.byteOffset, blockBytes));
          onProgress((written += block.bytes.length), image.size);
          underWay.delete(work);
        });
        underWay.add(work);
      }
    } finally {
      // Whatever happens: nothing is on its way to a disk any more when this ends.
      await Promise.all(underWay);
    }
  }

  async *#counted(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    this.#length = 0;
    for await (const piece of content) {
      this.#length += piece.length;
      yield piece;
    }
  }
}

async function writeOne({ writer }: Lane, block: Block): Promise<void> {
  if (isPast(block, writer.disk)) throw tooLong(writer.disk);
  await writer.write(block);
}
