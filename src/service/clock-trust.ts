import { existsSync, statSync } from "node:fs";
import type { Clock } from "../runtime/clock.js";

/** Nobody can measure before this program was written: an earlier clock has lost its time. */
const earliestMs = Date.UTC(2026, 10, 1);

/** systemd-timesyncd touches it whenever it has set the clock from the network (systemd-timesyncd.service(8)). */
const synchronizedFile = "run/systemd/timesync/synchronized";

/** A smaller step is no other time for a record; the monotonic clock drifts with the wall clock, so none builds up. */
const leastStepMs = 60_000;

/**
 * Whether the wall clock can be believed: set from the network since boot, or kept by a real-time clock. A Pi has
 * neither on a bench and then begins where it was switched off.
 */
export function isClockTrusted(wallMs: number, root = "/"): boolean {
  if (wallMs < earliestMs) return false;
  return existsSync(`${root}${synchronizedFile}`) || existsSync(`${root}dev/rtc0`);
}

/** Watches the wall clock of a running device against its monotonic one. */
export interface ClockTrust {
  /**
   * As `isClockTrusted`, but not after a step that the network did not make, until the network has set the clock again or
   * it is back where it was.
   */
  isTrusted(): boolean;
  /** Monotonic milliseconds since the last step, or since the watch began. */
  steadyForMs(): number;
}

/** Begins to watch; a step is noticed whenever somebody asks, and told by `onStep` in milliseconds, forward or back. */
export function createClockTrust(
  clock: Clock,
  { root = "/", onStep = () => undefined }: { root?: string; onStep?: (byMs: number) => void } = {},
): ClockTrust {
  const offset = (): number => clock.wallMs() - clock.monotonicMs();
  let offsetMs = offset();
  let stamp = stampOf(root);
  let steadySinceMs = clock.monotonicMs();
  /** The distance from the monotonic clock that was believed before a step that nobody vouches for. */
  let doubtedSince: number | undefined;

  function look(): void {
    const [nowOffsetMs, nowStamp] = [offset(), stampOf(root)];
    const byMs = nowOffsetMs - offsetMs;
    const isSetByNetwork = nowStamp !== undefined && nowStamp !== stamp;
    const before = offsetMs;
    offsetMs = nowOffsetMs;
    stamp = nowStamp;
    const isStep = Math.abs(byMs) >= leastStepMs;
    if (isStep) steadySinceMs = clock.monotonicMs();
    if (isSetByNetwork) doubtedSince = undefined;
    else if (isStep) doubtedSince ??= before;
    if (doubtedSince !== undefined && Math.abs(nowOffsetMs - doubtedSince) < leastStepMs)
      doubtedSince = undefined;
    if (isStep) onStep(byMs);
  }

  return {
    isTrusted() {
      look();
      return doubtedSince === undefined && isClockTrusted(clock.wallMs(), root);
    },
    steadyForMs() {
      look();
      return clock.monotonicMs() - steadySinceMs;
    },
  };
}

/** Distinguishes the times at which the network set the clock; undefined before the first. */
function stampOf(root: string): number | undefined {
  return statSync(`${root}${synchronizedFile}`, { throwIfNoEntry: false })?.mtimeMs;
}
