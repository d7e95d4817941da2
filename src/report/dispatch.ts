import type { Event } from './events.js';

/** What a face does about each event; the compiler finds a forgotten one. */
export type Handlers = { [Type in Event['type']]: (event: Extract<Event, { type: Type }>) => void };

/** For events a face says nothing about. */
export function ignore(): void {
  // Nothing is shown.
}

/** Hands an event to its handler. */
export function dispatch(handlers: Handlers, event: Event): void {
  (handlers[event.type] as (event: Event) => void)(event);
}
