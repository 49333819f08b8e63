import type { Clock, Timer } from "../runtime/clock.js";
import type { Led, LedPattern } from "./led.js";

/** Draws patterns on a lamp. */
export interface LedPlayer {
  /** Begins a pattern at once; the same pattern again goes on undisturbed. */
  show(pattern: LedPattern): void;
  close(): Promise<void>;
}

/** Builds the player; it keeps one timer, for the next change. */
export function createLedPlayer(clock: Clock, led: Led): LedPlayer {
  let shown: LedPattern | undefined;
  let timer: Timer | undefined;

  function step(pattern: LedPattern, index: number): void {
    const lastsMs = pattern[index % pattern.length];
    led.set(lastsMs !== undefined && index % 2 === 0);
    if (lastsMs === undefined || lastsMs === Number.POSITIVE_INFINITY) return;
    timer = clock.startTimer("led", lastsMs, () => step(pattern, (index + 1) % pattern.length));
  }

  return {
    show(pattern) {
      if (pattern === shown) return;
      shown = pattern;
      timer?.cancel();
      step(pattern, 0);
    },
    close() {
      timer?.cancel();
      return led.close();
    },
  };
}
