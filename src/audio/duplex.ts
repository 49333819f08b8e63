import type { Clock } from "../runtime/clock.js";
import { err, ok, type Result } from "../runtime/result.js";
import { createLevelMeter, type Level, type LevelMeter } from "./level.js";
import type { MicrophoneFault } from "./microphone.js";
import { createMouth, type PlayError } from "./mouth.js";
import type { Pcm } from "./pcm.js";
import type { Speaker } from "./speaker.js";
import type { AudioStream, CapturedChunk } from "./stream-controller.js";

/**
 * One mouth, one ear (rule 3 of the dialogue). The gate is shut from before the first sample of any sound of the device
 * until the tail guard after it is over, and lets only sound through that was captured after it was opened.
 */
export interface Duplex {
  /** Starts the flow of sound into the shut gate. Called once. */
  start(): void;
  /**
   * Plays one sound, after those before it, and shuts the gate before it: whoever wants it now stops what sounds. `busy`
   * only when a player does not come back.
   * `onFirstSample`: the device has taken the first samples (of the leading silence, after a pause).
   */
  play(
    pcm: Pcm,
    signal: AbortSignal,
    options?: { readonly onFirstSample?: () => void },
  ): Promise<Result<"played" | "stopped", PlayError>>;
  /** Waits until it is quiet, then delivers samples until `shutGate`, the next sound or the next opening. */
  openGate(onSamples: (samples: Int16Array) => void, signal: AbortSignal): Promise<Result<void, GateError>>;
  /** Idempotent; nothing is delivered after it, also nothing that was captured before it. */
  shutGate(): void;
  state(): DuplexState;
  /** Monotonic ms at which the last sound of the device ended; -Infinity before the first one. */
  lastSoundEndMs(): number;
  /** Shuts the gate, stops what sounds and what waits, and closes the stream and the speaker. */
  close(): Promise<void>;
}

export interface DuplexState {
  readonly gate: "shut" | "opening" | "open";
  readonly sounding: boolean;
}

export type GateError =
  | { readonly kind: "microphone_lost"; readonly fault: MicrophoneFault }
  /** A player did not come to an end in time: deaf with a reason is better than hearing itself. */
  | { readonly kind: "not_quiet"; readonly detail: string }
  /** Aborted, shut, or opened for somebody else while it waited. */
  | { readonly kind: "abandoned" };

export type DuplexEvent =
  | { readonly kind: "gate_opened" }
  | { readonly kind: "gate_shut"; readonly openMs: number; readonly level: Level; readonly isWhole: boolean };

export interface DuplexDeps {
  readonly clock: Clock;
  readonly speaker: Speaker;
  readonly stream: AudioStream;
  readonly onEvent?: (event: DuplexEvent) => void;
}

export interface DuplexOptions {
  /** Default 250. */
  readonly tailGuardMs?: number;
  /** Longest wait for quiet in `openGate`. Default 3000. */
  readonly quietLimitMs?: number;
  /** Default 3000, see `Mouth`. */
  readonly playMarginMs?: number;
  /** Default 300. */
  readonly leadSilenceMs?: number;
  /** Default 5000. */
  readonly speakerSleepsAfterMs?: number;
}

interface Opening {
  readonly abandon: AbortController;
}

interface OpenGate {
  readonly openedAtMs: number;
  readonly onSamples: (samples: Int16Array) => void;
  readonly meter: LevelMeter;
  /** No sound is missing of what was let through. */
  isWhole: boolean;
}

/** Builds the duplex. */
export function createDuplex(
  { clock, speaker, stream, onEvent = () => undefined }: DuplexDeps,
  options: DuplexOptions = {},
): Duplex {
  const { tailGuardMs = 250, quietLimitMs = 3_000, playMarginMs = 3_000 } = options;
  const { leadSilenceMs = 300, speakerSleepsAfterMs = 5_000 } = options;
  let opening: Opening | undefined;
  let open: OpenGate | undefined;
  const mouth = createMouth(
    { clock, speaker, beforeSound: closeGate },
    { playMarginMs, leadSilenceMs, speakerSleepsAfterMs },
  );

  function deliver({ samples, capturedAtMs, isAfterHole }: CapturedChunk): void {
    // Also what waited in a buffer while the gate was shut carries the time of its capture and stays outside.
    if (open === undefined || capturedAtMs < open.openedAtMs) return;
    if (isAfterHole === true) open.isWhole = false;
    open.meter.add(samples);
    open.onSamples(samples);
  }

  function closeGate(): void {
    if (open === undefined) return;
    const { openedAtMs, meter, isWhole } = open;
    open = undefined;
    onEvent({ kind: "gate_shut", openMs: clock.monotonicMs() - openedAtMs, level: meter.level(), isWhole });
  }

  function shutGate(): void {
    opening?.abandon.abort();
    opening = undefined;
    closeGate();
  }

  async function openGate(
    onSamples: (samples: Int16Array) => void,
    signal: AbortSignal,
  ): Promise<Result<void, GateError>> {
    shutGate();
    if (signal.aborted) return err({ kind: "abandoned" });
    const mine: Opening = { abandon: new AbortController() };
    opening = mine;
    const onAbort = (): void => mine.abandon.abort();
    signal.addEventListener("abort", onAbort, { once: true });
    const quiet = await mouth.quiet(tailGuardMs, quietLimitMs, mine.abandon.signal);
    signal.removeEventListener("abort", onAbort);
    if (opening === mine) opening = undefined;
    if (mine.abandon.signal.aborted) return err({ kind: "abandoned" });
    // A sound may have begun between the end of the wait and this line.
    if (!quiet || mouth.sounding()) return err({ kind: "not_quiet", detail: "a sound did not end in time" });
    const fault = stream.fault();
    if (fault !== undefined) return err({ kind: "microphone_lost", fault });
    open = { openedAtMs: clock.monotonicMs(), onSamples, meter: createLevelMeter(), isWhole: true };
    onEvent({ kind: "gate_opened" });
    return ok(undefined);
  }

  return {
    start: () => stream.start(deliver),
    play: (pcm, signal, { onFirstSample } = {}) => mouth.play(pcm, signal, onFirstSample),
    openGate,
    shutGate,
    state: () => ({
      gate: open !== undefined ? "open" : opening !== undefined ? "opening" : "shut",
      sounding: mouth.sounding(),
    }),
    lastSoundEndMs: () => mouth.lastSoundEndMs(),
    async close() {
      shutGate();
      mouth.close();
      // Both are closed whatever the other does; the owner of the duplex hears of the first failure.
      const outcomes = await Promise.allSettled([stream.close(), speaker.close()]);
      for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    },
  };
}
