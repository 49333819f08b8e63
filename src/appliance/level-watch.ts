import type { DuplexEvent } from "../audio/duplex.js";
import type { LevelVerdict } from "../audio/level.js";
import type { BadLevel } from "../controller/messages.js";

/** Looks at the level of each turn's sound, and whether all of it is there. */
export interface LevelWatch {
  gateEvent(event: DuplexEvent): void;
  /** What may have spoiled the words of the turn that ended last. */
  lastTurn(): BadLevel | undefined;
}

/**
 * A microphone that works gives noise. Exact zeros for so long mean a switch that is off or a broken cable, in
 * milliseconds of listening; shorter turns add up.
 */
const silenceLimitMs = 5_000;

/** `onSilent` is told of each turn that has sound (false) and of the limit being passed (true). */
export function createLevelWatch(onSilent: (silent: boolean) => void): LevelWatch {
  let silentMs = 0;
  let last: BadLevel | undefined;
  return {
    gateEvent(event) {
      if (event.kind !== "gate_shut") return;
      const { verdict, samples } = event.level;
      last = event.isWhole ? spoiltBy(verdict) : "interrupted";
      if (samples === 0) return;
      if (verdict !== "digital_silence") {
        silentMs = 0;
        onSilent(false);
        return;
      }
      silentMs += event.openMs;
      if (silentMs >= silenceLimitMs) onSilent(true);
    },
    lastTurn: () => last,
  };
}

function spoiltBy(verdict: LevelVerdict): BadLevel | undefined {
  switch (verdict) {
    case "too_quiet":
      return "too_quiet";
    case "clipping":
      return "too_loud";
    case "digital_silence":
    case "good":
      return undefined;
  }
}
