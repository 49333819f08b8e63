/** Tells when samples were captured, from when they arrived. */
export interface CaptureTime {
  /** Takes a chunk of `durationMs` that arrived at `arrivedAtMs`; gives the monotonic time of its first sample. */
  stamp(durationMs: number, arrivedAtMs: number): number;
  /** The flow was interrupted: what came before says nothing about what comes. */
  reset(): void;
}

/** How long the smallest delay is remembered, in milliseconds; sound card clocks drift, and overruns lose samples. */
const windowMs = 1_000;
/** After lost samples chunks are dated too early for so long, in milliseconds: the smallest delay is of before. */
export const holeHealsAfterMs = 2 * windowMs;

/**
 * A chunk may be late (a busy event loop, a full pipe), never early: its end was captured at the latest when it arrived.
 * Counting samples gives an even time line; its origin is the smallest delay of the last second or two. So sound that
 * the device made before a stall is not taken for sound of after it.
 */
export function createCaptureTime(): CaptureTime {
  let streamMs = 0;
  let openedAtMs = Number.NEGATIVE_INFINITY;
  let current = Number.POSITIVE_INFINITY;
  let previous = Number.POSITIVE_INFINITY;
  return {
    stamp(durationMs, arrivedAtMs) {
      // One bucket a chunk at most: after a stall the chunks of before it must still be remembered.
      if (arrivedAtMs - openedAtMs >= windowMs) {
        previous = current;
        current = Number.POSITIVE_INFINITY;
        openedAtMs = arrivedAtMs;
      }
      const startMs = streamMs;
      streamMs += durationMs;
      current = Math.min(current, arrivedAtMs - streamMs);
      return startMs + Math.min(current, previous);
    },
    reset() {
      current = Number.POSITIVE_INFINITY;
      previous = Number.POSITIVE_INFINITY;
      openedAtMs = Number.NEGATIVE_INFINITY;
    },
  };
}
