import { durationMs, type Pcm } from "../../src/audio/pcm.js";
import type { Speaker, SpeakerError } from "../../src/audio/speaker.js";
import { type Clock, sleep } from "../../src/runtime/clock.js";
import { err, ok } from "../../src/runtime/result.js";

/** How the next sound goes. */
export interface Conduct {
  /** Begins and ends early or late, in milliseconds. */
  readonly startupMs?: number;
  readonly drainMs?: number;
  /** Ends in the middle with this error. */
  readonly fails?: SpeakerError;
  /** Goes on for so long after it was told to stop; Infinity never ends. */
  readonly ignoresStopMs?: number;
  readonly throws?: string;
}

/** A speaker whose sound fills the room while it sounds, and `reverberationMs` longer. */
export interface EchoingSpeaker extends Speaker {
  conduct(next: Conduct): void;
  /** There is sound of the device in the air at this moment. */
  audible(): boolean;
  readonly played: readonly Pcm[];
}

export function createEchoingSpeaker(clock: Clock, reverberationMs = 120): EchoingSpeaker {
  const played: Pcm[] = [];
  let conduct: Conduct = {};
  let sounding = false;
  let endedAtMs = Number.NEGATIVE_INFINITY;
  return {
    played,
    conduct(next) {
      conduct = next;
    },
    audible: () => sounding || clock.monotonicMs() - endedAtMs < reverberationMs,
    async play(pcm, signal, onFirstSample) {
      const { startupMs = 8, drainMs = 0, fails, ignoresStopMs = 0, throws } = conduct;
      await sleep(clock, "speaker opens", startupMs);
      if (throws !== undefined) throw new Error(throws);
      if (signal.aborted) return ok("stopped");
      played.push(pcm);
      sounding = true;
      onFirstSample?.();
      const length = fails === undefined ? durationMs(pcm) + drainMs : durationMs(pcm) / 2;
      const how = await sleep(clock, "speaker sounds", length, signal);
      if (how === "aborted" && ignoresStopMs > 0) {
        if (ignoresStopMs === Number.POSITIVE_INFINITY) await new Promise(() => undefined);
        await sleep(clock, "speaker goes on", ignoresStopMs);
      }
      sounding = false;
      endedAtMs = clock.monotonicMs();
      if (how === "aborted") return ok("stopped");
      return fails === undefined ? ok("played") : err(fails);
    },
    close: () => Promise.resolve(),
  };
}
