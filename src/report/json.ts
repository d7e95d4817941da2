import { plainLine } from '../core/terminal-text.js';
import type { Face, Sink } from './face.js';

/** One JSON document a line per event, for programs. The shapes are those of `events.ts`. */
export function jsonFace(sink: Sink): Face {
  return {
    emit(event) {
      const clean = event.type === 'stage-output' ? { ...event, line: plainLine(event.line) } : event;
      sink.write(`${JSON.stringify(clean)}\n`);
    },
    close: () => Promise.resolve(),
  };
}
