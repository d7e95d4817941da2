import { buildAutomaton } from './automaton.js';
import { keptBefore, longestSegment, type Diagnosis } from './diagnosis.js';
import { needles } from './needles.js';

const { table, accepting, lineEnd } = buildAutomaton(needles);
const newline = 10;
const carriageReturn = 13;

/**
 * Feeds a diagnosis with a log's bytes. Most lines say nothing: they are found out without being decoded, which is
 * what makes a log of hundreds of megabytes a matter of seconds.
 */
export class LogSieve {
  readonly #diagnosis: Diagnosis;
  #state = lineEnd;
  #wantsNext: boolean;
  #line = 1;
  #isTold = false;
  /** The begun segment's bytes of earlier chunks, cut at the longest. */
  #rest: Buffer[] = [];
  #restLength = 0;
  /** The last segments of earlier chunks. */
  #before: string[] = [];
  /** Where this chunk's own segments begin: behind the one that began in an earlier chunk. */
  #floor = 0;

  constructor(diagnosis: Diagnosis) {
    this.#diagnosis = diagnosis;
    this.#wantsNext = diagnosis.wantsNext;
  }

  /** Takes the next bytes. They may be overwritten as soon as this returns. */
  push(chunk: Buffer): void {
    let state = this.#state;
    let isTold = this.#isTold;
    this.#floor = 0;
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      state = table[byte < 128 ? state | byte : state] as number;
      if (state < accepting) continue;
      if (state !== lineEnd) {
        isTold = true;
        continue;
      }
      if (isTold || this.#wantsNext) this.#give(chunk, start, at);
      else if (this.#restLength > 0) this.#forgetRest(chunk, start, at);
      isTold = false;
      if (byte === newline) this.#line += 1;
      start = at + 1;
    }
    this.#state = state;
    this.#isTold = isTold;
    this.#keepBefore(chunk, start);
    this.#keepRest(chunk.subarray(start));
  }

  /** The log ended; its last line may have no line end. */
  end(): void {
    const none = Buffer.alloc(0);
    if (this.#isTold || this.#wantsNext) this.#give(none, 0, 0);
  }

  #segment(chunk: Buffer, start: number, end: number): string {
    if (this.#restLength === 0) return chunk.toString('utf8', start, Math.min(end, start + longestSegment));
    const room = Math.max(0, longestSegment - this.#restLength);
    return Buffer.concat([...this.#rest, chunk.subarray(start, Math.min(end, start + room))]).toString();
  }

  #give(chunk: Buffer, start: number, end: number): void {
    const segment = this.#segment(chunk, start, end);
    const before = this.#restLength > 0 ? this.#before : undefined;
    if (segment !== '') this.#diagnosis.see(segment, this.#line, () => before ?? this.#segmentsBefore(chunk, start));
    // Only a line that was read can change what is wanted.
    this.#wantsNext = this.#diagnosis.wantsNext;
    if (before) this.#endRest(segment, end);
  }

  /** A segment that began in an earlier chunk says nothing; it still comes before others. */
  #forgetRest(chunk: Buffer, start: number, end: number): void {
    this.#endRest(this.#segment(chunk, start, end), end);
  }

  #endRest(segment: string, end: number): void {
    this.#before = [...this.#before, segment].slice(-keptBefore);
    this.#rest = [];
    this.#restLength = 0;
    this.#floor = end + 1;
  }

  /** The segments before a place in a chunk, with those of earlier chunks as far as they are needed. */
  #segmentsBefore(chunk: Buffer, place: number): string[] {
    const found: string[] = [];
    let end = place - 1;
    while (end >= this.#floor && found.length < keptBefore) {
      let start = end;
      while (start > this.#floor && chunk[start - 1] !== newline && chunk[start - 1] !== carriageReturn) start -= 1;
      if (end > start) found.unshift(chunk.toString('utf8', start, Math.min(end, start + longestSegment)));
      end = start - 1;
    }
    return [...this.#before, ...found].slice(-keptBefore);
  }

  #keepBefore(chunk: Buffer, start: number): void {
    if (start > 0) this.#before = this.#segmentsBefore(chunk, start);
  }

  #keepRest(bytes: Buffer): void {
    const room = longestSegment - this.#restLength;
    if (bytes.length === 0 || room <= 0) return;
    this.#rest.push(Buffer.from(bytes.subarray(0, room)));
    this.#restLength += Math.min(bytes.length, room);
  }
}
