import type { Clock } from "./clock.js";

/** So many attempts at once, then only as many as come back with time: a flapping device cannot loop for ever. */
export interface RestartBudget {
  /** Spends one attempt; false when there is none. */
  take(): boolean;
  /** Whole attempts that are left. */
  left(): number;
  /** Milliseconds until an attempt is there; 0 when one is. */
  msUntilNext(): number;
}

export interface RestartBudgetOptions {
  /** Attempts of a full budget. */
  readonly capacity: number;
  /** One attempt comes back in this many milliseconds. */
  readonly refillEveryMs: number;
}

export const standardRestartBudget: RestartBudgetOptions = { capacity: 8, refillEveryMs: 15_000 };

/** Builds a full budget. */
export function createRestartBudget(
  clock: Clock,
  { capacity, refillEveryMs }: RestartBudgetOptions = standardRestartBudget,
): RestartBudget {
  let level = capacity;
  let filledAtMs = clock.monotonicMs();

  /** Whole attempts only, so that no rounding of fractions can gain or lose one. */
  function refill(): void {
    const nowMs = clock.monotonicMs();
    const gained = Math.floor((nowMs - filledAtMs) / refillEveryMs);
    if (level + gained >= capacity) {
      level = capacity;
      filledAtMs = nowMs;
    } else {
      level += gained;
      filledAtMs += gained * refillEveryMs;
    }
  }

  return {
    take() {
      refill();
      if (level === 0) return false;
      level -= 1;
      return true;
    },
    left() {
      refill();
      return level;
    },
    msUntilNext() {
      refill();
      return level > 0 ? 0 : filledAtMs + refillEveryMs - clock.monotonicMs();
    },
  };
}
