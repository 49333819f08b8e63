/**
 * Time as a dependency. Intervals use the monotonic clock, records carry the wall clock; tests and the simulator
 * replace both. This is the only file in `src` that may touch a global timer.
 */
export interface Clock {
  /** Milliseconds since an arbitrary origin; never goes back. */
  monotonicMs(): number;
  /** Milliseconds since 1970-01-01 UTC; may jump (a Pi has no real-time clock). */
  wallMs(): number;
  /** Calls `onFire` once after `delayMs`. The name shows in the shutdown report. */
  startTimer(name: string, delayMs: number, onFire: () => void): Timer;
  /** Names of the timers that have not fired and were not cancelled. */
  activeTimers(): readonly string[];
}

export interface Timer {
  /** Idempotent; a cancelled timer never fires. */
  cancel(): void;
}

/** The clock of the machine. */
export function createSystemClock(): Clock {
  const active = new Map<object, string>();
  return {
    monotonicMs: () => performance.now(),
    wallMs: () => Date.now(),
    startTimer(name, delayMs, onFire) {
      const key = {};
      active.set(key, name);
      const handle = setTimeout(() => {
        active.delete(key);
        onFire();
      }, delayMs);
      return {
        cancel() {
          clearTimeout(handle);
          active.delete(key);
        },
      };
    },
    activeTimers: () => [...active.values()],
  };
}

/** Resolves after `delayMs`, or at once when `signal` aborts; tells which of the two it was. */
export function sleep(
  clock: Clock,
  name: string,
  delayMs: number,
  signal?: AbortSignal,
): Promise<"elapsed" | "aborted"> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve("aborted");
      return;
    }
    const onAbort = (): void => {
      timer.cancel();
      resolve("aborted");
    };
    const timer = clock.startTimer(name, delayMs, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve("elapsed");
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/**
 * Resolves when everything that is due now has had its turn: promise reactions and the input and output that has
 * already arrived. For code that must not hog the event loop.
 */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
