/**
 * A fixed number of buffers that go round: who wants one waits until one is given back. They bound the memory, and hold
 * back whoever reads faster than disks write.
 */
export class BlockPool {
  readonly #free: Buffer[];
  readonly #waiting: ((buffer: Buffer) => void)[] = [];

  constructor(buffers: readonly Buffer[]) {
    this.#free = [...buffers];
  }

  take(): Promise<Buffer> {
    const buffer = this.#free.pop();
    if (buffer) return Promise.resolve(buffer);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  give(buffer: Buffer): void {
    const next = this.#waiting.shift();
    if (next) next(buffer);
    else this.#free.push(buffer);
  }

  /** Lends a buffer for as long as `use` takes. */
  async lend<T>(use: (buffer: Buffer) => Promise<T>): Promise<T> {
    const buffer = await this.take();
    try {
      return await use(buffer);
    } finally {
      this.give(buffer);
    }
  }
}
