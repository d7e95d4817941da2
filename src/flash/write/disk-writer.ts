import type { Disk } from '../../effects/disk.js';
import { staleGptWrites } from '../table/stale-gpt.js';
import type { TableWrite } from '../table/table-write.js';
import { blockOf } from './blocks-of.js';
import { blockBytes, runsOf, segmentBytes, type Block, type Run } from './block.js';
import type { BlockPool } from './block-pool.js';
import { eraseEnds, eraseFront, zeroQuickly } from './erase.js';
import { Habit } from './habit.js';
import { holdsOlder } from './holds-older.js';
import { ProofList } from './proof.js';
import { planTable, type TablePlan } from './table-plan.js';
import type { DiskState, WriteFigures } from './target.js';

/** What writers share. */
export interface WriterHelp {
  /** Aligned buffers for what is read from the disk. */
  scratch: BlockPool;
  /** Aligned, one block long, never written to. */
  zeros: Buffer;
  /** Makes buffers that begin at a page's boundary. */
  buffers: (count: number, size: number) => Buffer[];
  /** Milliseconds that never jump. */
  now: () => number;
  /** Whether the last partition is to reach the disk's end. */
  isExpanding: boolean;
}

/** How many bytes are written before the disk is asked to put them on the medium. */
const syncBytes = 16 * 1024 * 1024;

/**
 * Puts the blocks of an image onto one disk, in any order; the first block is kept back and comes last of all. A disk
 * that seems to hold an older version of the image is read first, and only what differs is written: none of it is
 * touched as long as nothing differs.
 */
export class DiskWriter {
  readonly disk: Disk;
  readonly figures: WriteFigures = { written: 0, same: 0, zeroed: 0 };
  readonly proofs = new ProofList();
  readonly #help: WriterHelp;
  #state: DiskState = 'untouched';
  #first: Block | undefined;
  #end: readonly TableWrite[] = [];
  #expansion: TablePlan['expansion'];
  #isFirstSame = false;
  #isOlder = false;
  #habits = { data: new Habit(false), zero: new Habit(true) };
  /** Behind the first block, the disk is zero up to here without anything written. */
  #zeroTo = 0;
  #erasing: Promise<void> | undefined;
  #unsynced = 0;
  #syncing: Promise<void> = Promise.resolve();

  constructor(disk: Disk, help: WriterHelp) {
    this.disk = disk;
    this.#help = help;
  }

  get state(): DiskState {
    return this.#state;
  }

  /** Whether the image has a GPT. */
  get hasGpt(): boolean {
    return this.#end.length > 0;
  }

  /** How the last partition grew in the table, or why it did not; undefined when nobody asked. */
  get expansion(): TablePlan['expansion'] {
    return this.#expansion;
  }

  /**
   * Looks at what is on the disk, and decides how to write.
   *
   * @param first the image's first block; it is kept until {@link DiskWriter.writeFirst}
   * @param imageBytes how long the image is, when that is known
   */
  async begin(first: Block, imageBytes: number | undefined): Promise<void> {
    this.#first = this.#fit(first);
    this.proofs.addFitted(this.#first);
    const { disk } = this;
    if (disk.kind === 'disk' && (await this.#holdsOlder(this.#first))) {
      this.#isOlder = true;
      this.#habits = { data: new Habit(true), zero: new Habit(true) };
      return;
    }
    this.#state = 'erased';
    const speed = await eraseEnds(disk, this.#help.zeros, this.#help.now);
    const end = Math.min(imageBytes ?? blockBytes, disk.size ?? Infinity);
    this.#zeroTo = disk.kind === 'file' ? Infinity : await zeroQuickly(disk, blockBytes, end, speed, this.#help.now);
  }

  /** Writes one block, or what of it differs from the disk. */
  async write(block: Block): Promise<void> {
    this.proofs.add(block);
    const { figures } = this;
    if (block.offset + block.bytes.length <= this.#zeroTo) {
      const runs = runsOf(block, (segment) => block.isZero[segment] !== true);
      figures.zeroed += block.bytes.length - lengthOf(runs);
      return this.#put(block, runs);
    }
    const habit = block.sha256 === undefined ? this.#habits.zero : this.#habits.data;
    if (!habit.shouldLook()) return this.#put(block, [{ start: 0, length: block.bytes.length }]);
    const differing = await this.#differing(block);
    habit.saw(lengthOf(differing) * 2 <= block.bytes.length);
    figures.same += block.bytes.length - lengthOf(differing);
    if (differing.length === 0) this.proofs.setProven(block.index);
    return this.#put(block, differing);
  }

  /**
   * Everything but the first block is on the medium afterwards, what belongs to the end of the disk included.
   *
   * @param imageBytes how long the image was
   */
  async settle(imageBytes: number): Promise<void> {
    const { disk } = this;
    if (disk.size !== undefined) {
      for (const write of [...this.#end, ...(await this.#stale(disk.size, imageBytes))]) await this.#putAtEnd(write);
    }
    await this.#syncing;
    if (this.#state !== 'untouched') await disk.sync();
  }

  /** Puts the first block in its place: from now on the disk is one that boots. */
  async writeFirst(): Promise<void> {
    const first = this.#first;
    if (!first) return;
    if (this.#isFirstSame && this.#state === 'untouched') {
      this.figures.same += first.bytes.length;
      this.proofs.setProven(first.index);
    } else {
      await this.#erase();
      await this.disk.write(first.bytes, 0);
      await this.disk.sync();
      this.figures.written += first.bytes.length;
    }
    this.#state = 'written';
  }

  /** The first block, with the table as it has to be on this disk. */
  #fit(first: Block): Block {
    const { size, sectorSize } = this.disk;
    const [bytes] = this.#help.buffers(1, blockBytes);
    if (size === undefined || !bytes) return first;
    const plan = planTable(first.bytes, { size, sectorSize }, this.#help.isExpanding);
    this.#end = plan.end;
    this.#expansion = plan.expansion;
    plan.first.copy(bytes);
    return blockOf(0, bytes.subarray(0, plan.first.length));
  }

  /** Whether the disk has the same partitions: then most of the rest is probably the same, too. */
  #holdsOlder(first: Block): Promise<boolean> {
    return this.#help.scratch.lend(async (buffer) => {
      const before = buffer.subarray(0, first.bytes.length);
      await this.disk.read(before, 0);
      this.#isFirstSame = before.equals(first.bytes);
      return holdsOlder(before, first.bytes, this.disk.sectorSize);
    });
  }

  /** What is left of another table at the end of the disk. */
  async #stale(diskBytes: number, imageBytes: number): Promise<TableWrite[]> {
    const imageHead = this.#first?.bytes;
    // Where both ends were emptied there is nothing left.
    if (!imageHead || !this.#isOlder) return [];
    const { sectorSize } = this.disk;
    return this.#help.scratch.lend(async (buffer) => {
      const from = Math.max(0, Math.floor((diskBytes - blockBytes) / sectorSize) * sectorSize);
      const diskTail = buffer.subarray(0, Math.min(blockBytes, diskBytes - from));
      await this.disk.read(diskTail, from);
      // The disk's first block is going to be the image's.
      return staleGptWrites({ imageHead, imageBytes, diskHead: imageHead, diskTail, diskBytes, sectorSize });
    });
  }

  async #putAtEnd({ offset, bytes }: TableWrite): Promise<void> {
    await this.#help.scratch.lend(async (buffer) => {
      const there = buffer.subarray(0, bytes.length);
      await this.disk.read(there, offset);
      if (there.equals(bytes)) return;
      await this.#erase();
      bytes.copy(there);
      await this.disk.write(there, offset);
      this.figures.written += bytes.length;
    });
    this.proofs.addPiece(offset, bytes);
  }

  /** The runs of a block in which the disk holds something else. */
  #differing(block: Block): Promise<Run[]> {
    return this.#help.scratch.lend(async (buffer) => {
      const there = buffer.subarray(0, block.bytes.length);
      await this.disk.read(there, block.offset);
      return runsOf(block, (segment) => {
        const start = segment * segmentBytes;
        const end = Math.min(there.length, start + segmentBytes);
        return there.compare(block.bytes, start, end, start, end) !== 0;
      });
    });
  }

  async #put(block: Block, runs: readonly Run[]): Promise<void> {
    if (runs.length === 0) return;
    await this.#erase();
    for (const { start, length } of runs) {
      await this.disk.write(block.bytes.subarray(start, start + length), block.offset + start);
      this.figures.written += length;
      this.#unsynced += length;
    }
    if (this.#unsynced >= syncBytes && this.disk.kind === 'disk') {
      this.#unsynced = 0;
      // Behind the one before, and beside what is written meanwhile.
      this.#syncing = this.#syncing.then(() => this.disk.sync());
      this.#syncing.catch(() => undefined);
    }
  }

  /**
   * Before the first write to a disk with an older version: it stops being what it was. Its end may be right already,
   * and is left alone.
   */
  #erase(): Promise<void> {
    if (!this.#isOlder) return Promise.resolve();
    this.#erasing ??= (async () => {
      this.#state = 'erased';
      await eraseFront(this.disk, this.#help.zeros);
    })();
    return this.#erasing;
  }
}

function lengthOf(runs: readonly Run[]): number {
  return runs.reduce((sum, { length }) => sum + length, 0);
}
