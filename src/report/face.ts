import type { Emit } from './events.js';

/** One way to show events. `close` is called once, before the result is printed, and leaves the terminal clean. */
export interface Face {
  emit: Emit;
  close(): Promise<void>;
  /** Leaves the terminal usable when there is no time to close; absent where nothing was done to it. */
  restore?: () => void;
}

/** Where a face writes; stderr in real life. */
export interface Sink {
  write(text: string): void;
}
