import type { Clock } from "../runtime/clock.js";
import type { DeviceEvent, Store } from "../store/store.js";

/** Notes for the sheet of the device. What the store refuses waits, with its time, until it takes changes again. */
export interface Notes {
  note(event: DeviceEvent): void;
}

/** A store that is away for a whole shift must not fill the memory; the oldest of what waits is what led to the rest. */
const mostWaiting = 100;

/** Builds them. */
export function createNotes(clock: Clock, store: Pick<Store, "noteEvent">): Notes {
  const waiting: { readonly event: DeviceEvent; readonly wallMs: number }[] = [];
  return {
    note(event) {
      if (waiting.length < mostWaiting) waiting.push({ event, wallMs: clock.wallMs() });
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        if (!store.noteEvent(next.event, next.wallMs).ok) return;
        waiting.shift();
      }
    },
  };
}
