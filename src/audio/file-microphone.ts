import type { Clock, Timer } from "../runtime/clock.js";
import type { Microphone, MicrophoneListener } from "./microphone.js";
import { captureRateHz, type Pcm } from "./pcm.js";
import { resamplePcm } from "./resample.js";

/** A microphone in a silent room into which sounds are spoken: real time, digital silence while nobody speaks. */
export interface FileMicrophone extends Microphone {
  /** Queues a sound; it is heard from the next chunk on, or after those before it. */
  say(pcm: Pcm): Utterance;
  /** Sounds that have not been spoken to their end. */
  waiting(): number;
}

export interface Utterance {
  /** Resolves when its last sample has been delivered, or when it never will be. */
  readonly ended: Promise<"spoken" | "dropped">;
  /** Takes it back, also in the middle of it. */
  cancel(): void;
}

export interface FileMicrophoneOptions {
  /** Spoken from the start on, one after the other; then `onEnded` is told. */
  readonly sounds?: readonly Pcm[];
  /** Silence before the first of them and between them, in milliseconds. Default 1000. */
  readonly gapMs?: number;
  /** Length of a chunk, in milliseconds. Default 20. */
  readonly chunkMs?: number;
}

interface Queued {
  readonly samples: Int16Array;
  offset: number;
  readonly end: (how: "spoken" | "dropped") => void;
}

/** Builds the microphone. */
export function createFileMicrophone(clock: Clock, options: FileMicrophoneOptions = {}): FileMicrophone {
  const { sounds = [], gapMs = 1_000, chunkMs = 20 } = options;
  const chunkSamples = Math.round((chunkMs * captureRateHz) / 1000);
  const queue: Queued[] = [];
  let listener: MicrophoneListener | undefined;
  let timer: Timer | undefined;
  let closed = false;

  function say(pcm: Pcm): Utterance {
    let end: (how: "spoken" | "dropped") => void = () => undefined;
    const ended = new Promise<"spoken" | "dropped">((resolve) => {
      end = resolve;
    });
    const queued: Queued = { samples: resamplePcm(pcm, captureRateHz).samples, offset: 0, end };
    if (closed) end("dropped");
    else queue.push(queued);
    return { ended, cancel: () => drop(queued) };
  }

  function drop(queued: Queued): void {
    const index = queue.indexOf(queued);
    if (index === -1) return;
    queue.splice(index, 1);
    queued.end("dropped");
  }

  /** The next chunk of the room. */
  function capture(): Int16Array {
    const chunk = new Int16Array(chunkSamples);
    let filled = 0;
    for (let next = queue[0]; next !== undefined && filled < chunkSamples; next = queue[0]) {
      const part = next.samples.subarray(next.offset, next.offset + chunkSamples - filled);
      chunk.set(part, filled);
      filled += part.length;
      next.offset += part.length;
      if (next.offset < next.samples.length) break;
      queue.shift();
      next.end("spoken");
    }
    return chunk;
  }

  /** As a device does: on the beat of its own clock; what a busy event loop missed comes at once, nothing is lost. */
  function run(fromMs: number, delivered: number): void {
    const dueMs = fromMs + (delivered + 1) * chunkMs;
    timer = clock.startTimer("file microphone", Math.max(0, dueMs - clock.monotonicMs()), () => {
      let count = delivered;
      while (!closed && fromMs + (count + 1) * chunkMs <= clock.monotonicMs() + 1) {
        listener?.onChunk(capture());
        count += 1;
      }
      if (!closed) run(fromMs, count);
    });
  }

  return {
    say,
    waiting: () => queue.length,
    start(to) {
      listener = to;
      const gap: Pcm = {
        samples: new Int16Array(Math.round((gapMs * captureRateHz) / 1000)),
        sampleRateHz: captureRateHz,
      };
      const script = sounds.flatMap((sound) => [say(gap), say(sound)]);
      const last = script.at(-1);
      void last?.ended.then(() => {
        if (!closed) to.onEnded?.();
      });
      run(clock.monotonicMs(), 0);
    },
    close() {
      closed = true;
      timer?.cancel();
      for (const queued of queue.splice(0)) queued.end("dropped");
      return Promise.resolve();
    },
  };
}
