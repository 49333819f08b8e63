import type { ControllerEvent } from "../controller/events.js";
import type { TimerSpec } from "../controller/timers.js";
import type { Clock, Timer } from "../runtime/clock.js";

/** The timers that the controller has ordered, by their keys. */
export interface CommandTimers {
  /** When the time is over, the controller is told. */
  start(timer: Pick<TimerSpec, "key" | "delayMs">): void;
  cancel(key: string): void;
  /** Cancels all of them. */
  close(): void;
}

/** Builds them; none runs yet. */
export function createCommandTimers(clock: Clock, dispatch: (event: ControllerEvent) => void): CommandTimers {
  const timers = new Map<string, Timer>();
  return {
    start({ key, delayMs }) {
      timers.set(
        key,
        clock.startTimer(key, delayMs, () => {
          timers.delete(key);
          dispatch({ kind: "timer", key });
        }),
      );
    },
    cancel(key) {
      timers.get(key)?.cancel();
      timers.delete(key);
    },
    close() {
      for (const timer of timers.values()) timer.cancel();
      timers.clear();
    },
  };
}
