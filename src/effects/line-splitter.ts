import { StringDecoder } from 'node:string_decoder';

/** A line longer than this is handed on in pieces, so that output without line ends cannot fill the memory. */
const longestLine = 64 * 1024;

/** Cuts a stream of bytes into lines. A progress bar's carriage returns stay inside their line. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string) => void;
  #rest = '';

  /** @param onLine called with each line, without its line end */
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    const pieces = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = pieces.pop() ?? '';
    for (const piece of pieces) this.#give(piece);
    if (this.#rest.length > longestLine) {
      const rest = this.#rest;
      this.#rest = '';
      this.#give(rest);
    }
  }

  /** The stream ended: what is left is a line, too. */
  end(): void {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (rest !== '') this.#give(rest);
  }

  #give(line: string): void {
    this.#onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  }
}
