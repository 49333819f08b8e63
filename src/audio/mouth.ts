import { type Clock, sleep } from "../runtime/clock.js";
import { err, type Result } from "../runtime/result.js";
import { durationMs, type Pcm } from "./pcm.js";
import type { Speaker, SpeakerError } from "./speaker.js";

/** The half of the duplex that sounds: one sound at a time, each with a time limit, and the moment at which quiet begins. */
export interface Mouth {
  /** Sounds one after the other, in the order of the calls; `busy` only when a player does not come back. */
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
  /** Stops what sounds and what waits; every sound from now on is `stopped` at once. */
  close(): void;
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

/** A sound that was stopped gets this long to end before those that wait are refused. */
const stopLimitMs = 1_000;

type Outcome = Result<"played" | "stopped", PlayError>;

/** A sound that is being made. */
interface Current {
  /** Settles when the player has drained or stopped, however late that is; never rejects. */
  ended: Promise<unknown>;
  readonly stop: () => void;
  /** The player did not obey: nobody knows when it will be quiet. */
  stuck: boolean;
  /** It took longer than a sound of its length may. */
  overdue: boolean;
}

/** A sound that waits for its turn. */
interface Waiting {
  readonly begin: () => void;
  readonly refuse: (outcome: Outcome) => void;
}

const stopped: Outcome = { ok: true, value: "stopped" };
const busy: Outcome = err({ kind: "busy", detail: "the sound before it does not end" });

/** Builds the mouth. */
export function createMouth({ clock, speaker, beforeSound }: MouthDeps, options: MouthOptions): Mouth {
  const { playMarginMs, leadSilenceMs, speakerSleepsAfterMs } = options;
  const queue: Waiting[] = [];
  let current: Current | undefined;
  let lastEndMs = Number.NEGATIVE_INFINITY;
  let closed = false;

  function play(pcm: Pcm, signal: AbortSignal, onFirstSample?: () => void): Promise<Outcome> {
    if (closed || signal.aborted) return Promise.resolve(stopped);
    if (current === undefined) return makeSound(pcm, signal, onFirstSample);
    if (current.stuck) return Promise.resolve(busy);
    return new Promise((resolve) => {
      const settle = (outcome: Outcome | Promise<Outcome>): void => {
        signal.removeEventListener("abort", onAbort);
        resolve(outcome);
      };
      const waiting: Waiting = {
        begin: () => settle(makeSound(pcm, signal, onFirstSample)),
        refuse: settle,
      };
      const onAbort = (): void => {
        queue.splice(queue.indexOf(waiting), 1);
        settle(stopped);
      };
      queue.push(waiting);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  function refuseAll(outcome: Outcome): void {
    for (const waiting of queue.splice(0)) waiting.refuse(outcome);
  }

  /** Nothing sounds when it is called, and the gate is shut before it gives way for the first time. */
  async function makeSound(pcm: Pcm, signal: AbortSignal, onFirstSample?: () => void): Promise<Outcome> {
    const sound = clock.monotonicMs() - lastEndMs > speakerSleepsAfterMs ? withLead(pcm, leadSilenceMs) : pcm;
    const limitMs = durationMs(sound) + playMarginMs;
    const stopping = new AbortController();
    let giveUp: () => void = () => undefined;
    const stuck = new Promise<"stuck">((resolve) => {
      giveUp = () => resolve("stuck");
    });
    let limit = clock.startTimer("play", limitMs, () => {
      mine.overdue = true;
      stop();
    });
    function stop(): void {
      stopping.abort();
      limit.cancel();
      limit = clock.startTimer("stop the player", stopLimitMs, giveUp);
    }
    const mine: Current = { ended: Promise.resolve(), stop, stuck: false, overdue: false };
    current = mine;
    beforeSound();
    signal.addEventListener("abort", stop, { once: true });
    const sounding = startSound(sound, stopping.signal, onFirstSample).finally(() => {
      limit.cancel();
      signal.removeEventListener("abort", stop);
      lastEndMs = clock.monotonicMs();
      current = undefined;
      queue.shift()?.begin();
    });
    mine.ended = sounding;
    const outcome = await Promise.race([sounding, stuck]);
    if (outcome === "stuck") {
      mine.stuck = true;
      refuseAll(busy);
    }
    if (outcome !== "stuck" && !mine.overdue) return outcome;
    const when = mine.overdue ? `within ${Math.round(limitMs)} ms` : "when it was stopped";
    return err({
      kind: "timed_out",
      detail: `a sound of ${Math.round(durationMs(sound))} ms did not end ${when}`,
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
    close() {
      closed = true;
      refuseAll(stopped);
      current?.stop();
    },
  };
}

function withLead({ samples, sampleRateHz }: Pcm, leadMs: number): Pcm {
  const lead = Math.round((leadMs * sampleRateHz) / 1000);
  const whole = new Int16Array(lead + samples.length);
  whole.set(samples, lead);
  return { samples: whole, sampleRateHz };
}
