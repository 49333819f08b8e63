import type { Clock, Timer } from "../runtime/clock.js";
import { createBoundedBuffer } from "./bounded-buffer.js";
import { createCaptureTime, holeHealsAfterMs } from "./capture-time.js";
import type { Microphone, MicrophoneFault } from "./microphone.js";
import { captureRateHz } from "./pcm.js";

/** The flow of captured sound: even chunks with their time, a buffer that cannot grow, and a watch on its health. */
export interface AudioStream {
  /** Starts the microphone. `onChunk` is the one consumer (the gate); a promise makes the next chunk wait in the buffer. */
  start(onChunk: (chunk: CapturedChunk) => void | Promise<void>): void;
  /** The standing fault; undefined while sound flows. Before the first sample nothing is known and nothing is wrong. */
  fault(): MicrophoneFault | undefined;
  stats(): StreamStats;
  /** Closes the microphone; no chunk and no event comes after it was called. */
  close(): Promise<void>;
}

export interface CapturedChunk {
  readonly samples: Int16Array;
  /** Monotonic milliseconds of the first sample. */
  readonly capturedAtMs: number;
  /** Sound is missing shortly before this chunk, or soon after: what says so may come before sound that waits in a pipe. */
  readonly isAfterHole?: boolean;
}

export interface StreamStats {
  readonly chunks: number;
  readonly droppedChunks: number;
  readonly bufferedChunks: number;
}

export type StreamEvent =
  /** Once when sound stops flowing, and once when it flows again. */
  | { readonly kind: "lost"; readonly fault: MicrophoneFault }
  | { readonly kind: "recovered" }
  /** The consumer was too slow: told at the end of the jam, with the chunks that it cost. */
  | { readonly kind: "dropped"; readonly chunks: number; readonly total: number }
  | { readonly kind: "ended" };

export interface StreamDeps {
  readonly clock: Clock;
  readonly microphone: Microphone;
  readonly onEvent?: (event: StreamEvent) => void;
}

export interface StreamOptions {
  /** Length of a chunk, in milliseconds. Default 20. */
  readonly chunkMs?: number;
  /** Sound that may wait for the consumer, in milliseconds. Default 2000. */
  readonly bufferMs?: number;
  /** No sample for so long is a fault, in milliseconds. Default 1500: said within two seconds. */
  readonly silentAfterMs?: number;
}

/** A second look before a fault is told: after a stall of the event loop timers come before the sound that waits. */
const secondLookMs = 100;

/** Builds the controller of a microphone. */
export function createStreamController(
  { clock, microphone, onEvent = () => undefined }: StreamDeps,
  { chunkMs = 20, bufferMs = 2_000, silentAfterMs = 1_500 }: StreamOptions = {},
): AudioStream {
  const chunkSamples = Math.max(1, Math.round((chunkMs * captureRateHz) / 1000));
  const buffer = createBoundedBuffer<CapturedChunk>(Math.max(1, Math.ceil(bufferMs / chunkMs)));
  const captureTime = createCaptureTime();
  let consume: (chunk: CapturedChunk) => void | Promise<void> = () => undefined;
  let pending = new Int16Array(chunkSamples);
  let filled = 0;
  let chunks = 0;
  let jamCost = 0;
  let holeAtMs = Number.NEGATIVE_INFINITY;
  /** Sound was lost before the next chunk that is consumed. */
  let hasFallenOut = false;
  let pumping = false;
  let fault: MicrophoneFault | undefined;
  let lastSampleAtMs = 0;
  let watch: Timer | undefined;
  let closed = false;

  function take(samples: Int16Array): void {
    if (closed) return;
    const nowMs = clock.monotonicMs();
    lastSampleAtMs = nowMs;
    if (fault !== undefined) recover();
    const startMs = captureTime.stamp(toMs(samples.length), nowMs);
    for (let from = 0; from < samples.length; ) {
      const part = samples.subarray(from, from + chunkSamples - filled);
      pending.set(part, filled);
      filled += part.length;
      from += part.length;
      if (filled === chunkSamples) enqueue(startMs + toMs(from - chunkSamples));
    }
    if (!pumping) void pump();
  }

  function enqueue(capturedAtMs: number): void {
    chunks += 1;
    const isAfterHole = lastSampleAtMs - holeAtMs < holeHealsAfterMs;
    const cost = buffer.push({ samples: pending, capturedAtMs, ...(isAfterHole ? { isAfterHole } : {}) });
    jamCost += cost;
    hasFallenOut ||= cost > 0;
    pending = new Int16Array(chunkSamples);
    filled = 0;
  }

  /** What the consumer throws is a bug and ends the process; this task is the one place where it surfaces. */
  async function pump(): Promise<void> {
    pumping = true;
    // The microphone's callback only enqueues.
    await Promise.resolve();
    for (let chunk = buffer.shift(); chunk !== undefined; chunk = buffer.shift()) {
      const wait = consume(hasFallenOut ? { ...chunk, isAfterHole: true } : chunk);
      hasFallenOut = false;
      if (wait !== undefined) await wait;
    }
    pumping = false;
    if (jamCost > 0 && !closed) onEvent({ kind: "dropped", chunks: jamCost, total: buffer.dropped() });
    jamCost = 0;
  }

  function lose(reason: MicrophoneFault): void {
    if (closed || fault !== undefined) return;
    fault = reason;
    filled = 0;
    captureTime.reset();
    onEvent({ kind: "lost", fault: reason });
  }

  function recover(): void {
    fault = undefined;
    onEvent({ kind: "recovered" });
  }

  function watchAfter(delayMs: number, suspected: boolean): void {
    watch = clock.startTimer("microphone flow", delayMs, () => {
      const silentMs = clock.monotonicMs() - lastSampleAtMs;
      if (silentMs < silentAfterMs) watchAfter(silentAfterMs - silentMs, false);
      else if (!suspected) watchAfter(secondLookMs, true);
      else {
        lose({
          kind: "no_samples",
          detail: `the microphone has delivered nothing for ${Math.round(silentMs)} ms`,
        });
        watchAfter(silentAfterMs, true);
      }
    });
  }

  return {
    start(onChunk) {
      consume = onChunk;
      lastSampleAtMs = clock.monotonicMs();
      watchAfter(silentAfterMs, false);
      microphone.start({
        onChunk: take,
        onLost: lose,
        onHole() {
          holeAtMs = clock.monotonicMs();
        },
        onRecovered() {
          if (!closed && fault !== undefined) recover();
        },
        onEnded() {
          if (!closed) onEvent({ kind: "ended" });
        },
      });
    },
    fault: () => fault,
    stats: () => ({ chunks, droppedChunks: buffer.dropped(), bufferedChunks: buffer.size() }),
    async close() {
      closed = true;
      watch?.cancel();
      buffer.clear();
      await microphone.close();
    },
  };
}

function toMs(samples: number): number {
  return (samples / captureRateHz) * 1000;
}
