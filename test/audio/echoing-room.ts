import { createDuplex, type DuplexEvent, type DuplexOptions } from "../../src/audio/duplex.js";
import type { Pcm } from "../../src/audio/pcm.js";
import { createStreamController } from "../../src/audio/stream-controller.js";
import { sleep } from "../../src/runtime/clock.js";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";
import { createEchoingSpeaker } from "../doubles/echoing-speaker.js";
import { createScriptedMicrophone } from "../doubles/scripted-microphone.js";

/** A signal that never aborts. */
export const never = new AbortController().signal;
/** `ms` of sound at 16 kHz. */
export const sound = (ms: number): Pcm => ({
  samples: new Int16Array((ms * 16_000) / 1000).fill(5_000),
  sampleRateHz: 16_000,
});

/** What a sample says about the moment at which it was captured. */
export const voice = 1;
export const echo = -1;

/**
 * A room: each 20 ms the microphone captures one chunk, made of the echo when the device is audible and of the voice
 * otherwise. `lateMs` delays the arrival of chunks that were captured at that time, as a stalled event loop does.
 */
export function room(options: DuplexOptions = {}, lateMs: (capturedAtMs: number) => number = () => 0) {
  const clock = createVirtualClock();
  const microphone = createScriptedMicrophone();
  const speaker = createEchoingSpeaker(clock);
  const events: DuplexEvent[] = [];
  const heard: { readonly atMs: number; readonly samples: Int16Array }[] = [];
  const stream = createStreamController({ clock, microphone });
  const duplex = createDuplex({ clock, speaker, stream, onEvent: (event) => events.push(event) }, options);
  duplex.start();
  let running = true;
  const waiting: Int16Array[] = [];
  const capture = (): void => {
    const startMs = clock.monotonicMs();
    const audibleAtStart = speaker.audible();
    clock.startTimer("room", 20, () => {
      if (!running) return;
      const chunk = new Int16Array(320).fill(audibleAtStart || speaker.audible() ? echo : voice);
      waiting.push(chunk);
      if (lateMs(startMs) === 0) for (const late of waiting.splice(0)) microphone.deliver(late);
      capture();
    });
  };
  capture();
  return {
    clock,
    microphone,
    speaker,
    duplex,
    events,
    heard,
    open: (signal: AbortSignal = never) =>
      duplex.openGate((samples) => heard.push({ atMs: clock.monotonicMs(), samples }), signal),
    pass: (ms: number) => clock.advanceUntil(sleep(clock, "pass", ms), ms),
    leave: async () => {
      running = false;
      await clock.advanceUntil(duplex.close(), 5_000);
    },
    heardEcho: () => heard.some(({ samples }) => samples.includes(echo)),
  };
}
