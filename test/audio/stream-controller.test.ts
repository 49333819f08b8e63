import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CapturedChunk,
  createStreamController,
  type StreamEvent,
  type StreamOptions,
} from "../../src/audio/stream-controller.js";
import { sleep } from "../../src/runtime/clock.js";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";
import { createScriptedMicrophone } from "../doubles/scripted-microphone.js";

function bench(options: StreamOptions = {}, consumer?: () => Promise<void>) {
  const clock = createVirtualClock();
  const microphone = createScriptedMicrophone();
  const events: StreamEvent[] = [];
  const chunks: CapturedChunk[] = [];
  const stream = createStreamController(
    { clock, microphone, onEvent: (event) => events.push(event) },
    options,
  );
  stream.start((chunk) => {
    chunks.push(chunk);
    return consumer?.();
  });
  const pass = (ms: number) => clock.advanceUntil(sleep(clock, "pass", ms), ms);
  return { clock, microphone, events, chunks, stream, pass };
}

const noise = (from: number, length: number): Int16Array =>
  Int16Array.from({ length }, (_, index) => from + index);

describe("the audio stream controller", () => {
  it("cuts what comes into even chunks and loses no sample, however it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 1_000 }), { maxLength: 30 }), async (cuts) => {
        const { microphone, chunks, stream, clock } = bench({ chunkMs: 10 });
        let sent = 0;
        for (const length of cuts) {
          microphone.deliver(noise(sent, length));
          sent += length;
        }
        await clock.advanceUntil(sleep(clock, "settle", 1), 1);
        expect(chunks.every(({ samples }) => samples.length === 160)).toBe(true);
        const flat = chunks.flatMap(({ samples }) => [...samples]);
        expect(flat).toEqual([...noise(0, Math.floor(sent / 160) * 160)]);
        await stream.close();
        expect(clock.activeTimers()).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it("dates each chunk by its capture, also when chunks come late and in one go", async () => {
    const { microphone, chunks, pass } = bench();
    for (let index = 0; index < 10; index += 1) {
      await pass(20);
      microphone.deliver(new Int16Array(320));
    }
    // The event loop stalls for 400 ms; the samples of that time wait in the pipe.
    await pass(400);
    for (let index = 0; index < 20; index += 1) microphone.deliver(new Int16Array(320));
    await pass(1);
    const expected = Array.from({ length: 30 }, (_, index) => index * 20);
    expect(chunks.map(({ capturedAtMs }) => Math.round(capturedAtMs))).toEqual(expected);
  });

  it("follows a sound card that is slow, and one that lost samples, within two seconds", async () => {
    const { microphone, chunks, pass, clock } = bench();
    const feed = async (ms: number, everyMs: number): Promise<void> => {
      for (let at = 0; at < ms; at += everyMs) {
        await pass(everyMs);
        microphone.deliver(new Int16Array(320));
      }
    };
    // 1 % slow: after ten seconds an origin that is never renewed would be 100 ms wrong.
    await feed(10_000, 20.2);
    await pass(1);
    const ageMs = (): number => clock.monotonicMs() - (chunks.at(-1)?.capturedAtMs ?? 0);
    expect(ageMs()).toBeLessThan(20 + 25);
    await pass(700);
    await feed(2_100, 20);
    await pass(1);
    expect(ageMs()).toBeLessThan(20 + 5);
  });

  it("drops the oldest when its consumer is too slow, and reports how many", async () => {
    let letGo: () => void = () => undefined;
    const { microphone, chunks, events, stream, pass } = bench({ chunkMs: 20, bufferMs: 100 }, () => {
      return new Promise<void>((resolve) => {
        letGo = resolve;
      });
    });
    microphone.deliver(noise(0, 320));
    await pass(1);
    expect(chunks).toHaveLength(1);
    for (let index = 1; index <= 8; index += 1) microphone.deliver(noise(index * 320, 320));
    expect(stream.stats()).toEqual({ chunks: 9, droppedChunks: 3, bufferedChunks: 5 });
    for (let index = 0; index < 6; index += 1) {
      letGo();
      await pass(1);
    }
    expect(chunks.map(({ samples }) => (samples[0] ?? -1) / 320)).toEqual([0, 4, 5, 6, 7, 8]);
    expect(events).toEqual([{ kind: "dropped", chunks: 3, total: 3 }]);
    expect(chunks.map(({ isAfterHole }) => isAfterHole === true)).toEqual([
      false,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it("doubts what comes within two seconds after lost samples: sound of before may wait, and dates are not right yet", async () => {
    const { microphone, chunks, pass, stream } = bench();
    const deliver = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index += 1) {
        await pass(20);
        microphone.deliver(new Int16Array(320));
      }
      await pass(0);
    };
    await deliver(100);
    await pass(500);
    microphone.hole();
    await deliver(150);
    expect(chunks.map(({ isAfterHole }) => isAfterHole === true)).toEqual([
      ...Array.from({ length: 100 }, () => false),
      ...Array.from({ length: 99 }, () => true),
      ...Array.from({ length: 51 }, () => false),
    ]);
    // What is believed again is dated rightly.
    const firstBelieved = chunks[199];
    expect(firstBelieved?.capturedAtMs).toBeCloseTo(100 * 20 + 500 + 99 * 20, 6);
    await stream.close();
  });

  it("tells once that no samples come, within two seconds, and once that they are back", async () => {
    const { microphone, events, stream, pass, clock } = bench();
    microphone.deliver(new Int16Array(320));
    await pass(1_500);
    expect(events).toEqual([]);
    await pass(200);
    expect(events).toMatchObject([{ kind: "lost", fault: { kind: "no_samples" } }]);
    expect(stream.fault()).toMatchObject({ kind: "no_samples" });
    await pass(10_000);
    microphone.lose({ kind: "device_missing", detail: "gone" });
    expect(events).toHaveLength(1);
    microphone.deliver(new Int16Array(320));
    microphone.recover();
    expect(events.map(({ kind }) => kind)).toEqual(["lost", "recovered"]);
    expect(stream.fault()).toBeUndefined();
    await stream.close();
    expect(microphone.closed()).toBe(true);
    expect(clock.activeTimers()).toEqual([]);
    microphone.deliver(new Int16Array(640));
    microphone.lose({ kind: "device_missing", detail: "gone" });
    expect(events).toHaveLength(2);
  });

  it("passes on what the microphone knows itself", () => {
    const { microphone, events } = bench();
    const fault = { kind: "device_busy", detail: "taken" } as const;
    microphone.lose(fault);
    microphone.recover();
    expect(events).toEqual([{ kind: "lost", fault }, { kind: "recovered" }]);
  });
});
