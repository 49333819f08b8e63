import { type Clock, sleep } from "../runtime/clock.js";
import { err, type Result } from "../runtime/result.js";
import { within } from "../runtime/within.js";
import { durationMs, type Pcm } from "./pcm.js";
import type { Speaker, SpeakerError } from "./speaker.js";

/** The half of the duplex that sounds: one sound at a time, each with a time limit, and the moment at which quiet begins. */
export interface Mouth {
  play(
    pcm: Pcm,
    signal: AbortSignal,
    onFirstSample?: () => void,
  ): Promise<Result<"played" | "stopped", PlayError>>;
  /** A sound is being made, or a player has not come back. */
  sounding(): boolean;
  /** Monotonic ms at which the last sound ended; -Infinity before the first one. */
  lastSoundEndMs(): number;
  /** Waits, `limitMs` at most, until nothing has sounded for `guardMs`; false when that was not reached. */
  quiet(guardMs: number, limitMs: number, signal: AbortSignal): Promise<boolean>;
}

export type PlayError = SpeakerError | { readonly kind: "busy"; readonly detail: string };

export interface MouthDeps {
  readonly clock: Clock;
  readonly speaker: Speaker;
  /** Called before a sound begins: the gate must be shut when it returns. */
  readonly beforeSound: () => void;
}

export interface MouthOptions {
  /** A sound may take its own length and this much more, in milliseconds. */
  readonly playMarginMs: number;
  /** Silence that leads the first sound after a pause, in milliseconds. */
  readonly leadSilenceMs: number;
  /** A pause this long sends a USB speaker to sleep, in milliseconds. */
  readonly speakerSleepsAfterMs: number;
}

/** A sound that was stopped gets this long to end before the next one is refused. */
const stopLimitMs = 1_000;

/** Builds the mouth. */
export function createMouth({ clock, speaker, beforeSound }: MouthDeps, options: MouthOptions): Mouth {
  const { playMarginMs, leadSilenceMs, speakerSleepsAfterMs } = options;
  /** Settles when the player has drained or stopped, however late that is; never rejects. */
  let current: { readonly ended: Promise<unknown>; readonly stopping: () => boolean } | undefined;
  let lastEndMs = Number.NEGATIVE_INFINITY;

  async function play(
    pcm: Pcm,
    signal: AbortSignal,
    onFirstSample?: () => void,
  ): Promise<Result<"played" | "stopped", PlayError>> {
    // A barge-in: the sound before is on its way out. One that nobody stopped is not waited for.
    if (current?.stopping() === true) await within(clock, "last sound", stopLimitMs, current.ended);
    if (current !== undefined) return err({ kind: "busy", detail: "another sound is being played" });
    if (signal.aborted) return { ok: true, value: "stopped" };
    const sound = clock.monotonicMs() - lastEndMs > speakerSleepsAfterMs ? withLead(pcm, leadSilenceMs) : pcm;
    const stop = new AbortController();
    const onAbort = (): void => stop.abort();
    signal.addEventListener("abort", onAbort, { once: true });
    const mine = { ended: Promise.resolve<unknown>(undefined), stopping: () => stop.signal.aborted };
    current = mine;
    beforeSound();
    const sounding = startSound(sound, stop.signal, onFirstSample);
    mine.ended = sounding.finally(() => {
      lastEndMs = clock.monotonicMs();
      current = undefined;
    });
    const limitMs = durationMs(sound) + playMarginMs;
    const outcome = await within(
      clock,
      "play",
      limitMs,
      mine.ended.then(() => sounding),
    );
    signal.removeEventListener("abort", onAbort);
    if (outcome.kind === "settled") return outcome.value;
    stop.abort();
    await within(clock, "stop the player", stopLimitMs, mine.ended);
    return err({
      kind: "timed_out",
      detail: `a sound of ${Math.round(durationMs(sound))} ms took over ${limitMs} ms`,
    });
  }

  /** Whatever a speaker throws ends the sound like any other failure: quiet must always come. */
  async function startSound(
    sound: Pcm,
    signal: AbortSignal,
    onFirstSample?: () => void,
  ): Promise<Result<"played" | "stopped", SpeakerError>> {
    try {
      return await speaker.play(sound, signal, onFirstSample);
    } catch (thrown) {
      return err({
        kind: "playback_failed",
        detail: thrown instanceof Error ? thrown.message : String(thrown),
      });
    }
  }

  async function quiet(guardMs: number, limitMs: number, signal: AbortSignal): Promise<boolean> {
    const untilMs = clock.monotonicMs() + limitMs;
    for (;;) {
      const nowMs = clock.monotonicMs();
      if (signal.aborted || nowMs > untilMs) return false;
      const restMs = current === undefined ? lastEndMs + guardMs - nowMs : Number.POSITIVE_INFINITY;
      if (restMs <= 0) return true;
      if (current === undefined)
        await sleep(clock, "tail guard", Math.min(restMs, untilMs - nowMs + 1), signal);
      else await endOrAbort(current.ended, untilMs - nowMs + 1, signal);
    }
  }

  async function endOrAbort(ended: Promise<unknown>, limitMs: number, signal: AbortSignal): Promise<void> {
    const stopWaiting = new AbortController();
    const onAbort = (): void => stopWaiting.abort();
    signal.addEventListener("abort", onAbort, { once: true });
    void ended.then(onAbort);
    await sleep(clock, "end of sound", limitMs, stopWaiting.signal);
    signal.removeEventListener("abort", onAbort);
  }

  return {
    play,
    sounding: () => current !== undefined,
    lastSoundEndMs: () => lastEndMs,
    quiet,
  };
}

function withLead({ samples, sampleRateHz }: Pcm, leadMs: number): Pcm {
  const lead = Math.round((leadMs * sampleRateHz) / 1000);
  const whole = new Int16Array(lead + samples.length);
  whole.set(samples, lead);
  return { samples: whole, sampleRateHz };
}
