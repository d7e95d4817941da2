import type { Sink } from '../../src/report/face.js';

/** A sink that remembers what was written. */
export class RecordingSink implements Sink {
  text = '';

  write(text: string): void {
    this.text += text;
  }

  /** Everything until now, line by line; the last line end is required. */
  get lines(): readonly string[] {
    if (this.text !== '' && !this.text.endsWith('\n')) throw new Error(`the last line has no end: ${this.text}`);
    return this.text === '' ? [] : this.text.slice(0, -1).split('\n');
  }
}
