import type { ControllerEvent } from "../controller/events.js";

/** What will happen, on virtual time. */
export interface Agenda {
  /** Puts an event on it; gives its number. Of two events of one time the older comes first. */
  schedule(afterMs: number, event: ControllerEvent): number;
  /** Takes an event off it again; nothing when it has come already. */
  cancel(order: number): void;
  /** Takes the next event and moves the time to it; when none is due before `untilMs`, moves the time there. */
  takeNext(untilMs: number): ControllerEvent | undefined;
  nowMs(): number;
}

interface Scheduled {
  readonly atMs: number;
  readonly order: number;
  readonly event: ControllerEvent;
}

/** An empty one at time 0. */
export function createAgenda(): Agenda {
  const queue: Scheduled[] = [];
  let nowMs = 0;
  let order = 0;
  return {
    schedule(afterMs, event) {
      order += 1;
      const atMs = nowMs + afterMs;
      let at = queue.length;
      while (at > 0 && (queue[at - 1]?.atMs ?? 0) > atMs) at -= 1;
      queue.splice(at, 0, { atMs, order, event });
      return order;
    },
    cancel(number) {
      const index = queue.findIndex((one) => one.order === number);
      if (index !== -1) queue.splice(index, 1);
    },
    takeNext(untilMs) {
      const next = queue[0];
      if (next === undefined || next.atMs > untilMs) {
        nowMs = untilMs;
        return undefined;
      }
      queue.shift();
      nowMs = next.atMs;
      return next.event;
    },
    nowMs: () => nowMs,
  };
}
