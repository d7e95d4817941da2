/** Keeps the last bytes of a stream, so that memory stays bounded whatever a command prints. */
export class Tail {
  #chunks: Buffer[] = [];
  #size = 0;
  readonly #limit: number;

  /** @param limit how many bytes are kept, at least */
  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    for (let first = this.#chunks[0]; first && this.#size - first.length >= this.#limit; first = this.#chunks[0]) {
      this.#chunks.shift();
      this.#size -= first.length;
    }
  }

  /** What was kept, as UTF-8. */
  toString(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
