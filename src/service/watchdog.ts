import type { Clock, Timer } from "../runtime/clock.js";

export interface Watchdog {
  start(): void;
  close(): void;
}

export interface WatchdogOptions {
  readonly clock: Clock;
  /** WATCHDOG_USEC of systemd in milliseconds; undefined when no watchdog waits. */
  readonly limitMs: number | undefined;
  /** Evidence that the device still works: what is missing is named, an empty list is health. */
  readonly missing: () => readonly string[];
  readonly feed: () => void;
  readonly onMissing: (parts: readonly string[]) => void;
}

/**
 * Feeds systemd's watchdog at half its period, and only on evidence of work: a turning event loop alone proves nothing
 * of a device that no longer hears.
 */
export function createWatchdog({ clock, limitMs, missing, feed, onMissing }: WatchdogOptions): Watchdog {
  let timer: Timer | undefined;
  function look(periodMs: number): void {
    timer = clock.startTimer("watchdog", periodMs, () => {
      const parts = missing();
      if (parts.length === 0) feed();
      else onMissing(parts);
      look(periodMs);
    });
  }
  return {
    start() {
      if (limitMs !== undefined) look(limitMs / 2);
    },
    close() {
      timer?.cancel();
    },
  };
}

/** Milliseconds of WATCHDOG_USEC; undefined where there is none. */
export function watchdogLimitMs(microseconds: string | undefined): number | undefined {
  const value = Number(microseconds);
  return microseconds === undefined || !Number.isFinite(value) || value <= 0 ? undefined : value / 1000;
}
