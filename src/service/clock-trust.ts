import { existsSync } from "node:fs";

/** Nobody can measure before this program was written: an earlier clock has lost its time. */
const earliestMs = Date.UTC(2026, 10, 1);

/**
 * Whether the wall clock can be believed: set from the network since boot, or kept by a real-time clock. A Pi has
 * neither on a bench and then begins where it was switched off.
 */
export function isClockTrusted(wallMs: number, root = "/"): boolean {
  if (wallMs < earliestMs) return false;
  return existsSync(`${root}run/systemd/timesync/synchronized`) || existsSync(`${root}dev/rtc0`);
}
