import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDuplex, type DuplexEvent, type DuplexOptions } from "../../src/audio/duplex.js";
import type { Pcm } from "../../src/audio/pcm.js";
import { createStreamController } from "../../src/audio/stream-controller.js";
import { sleep } from "../../src/runtime/clock.js";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";
import { createEchoingSpeaker } from "../doubles/echoing-speaker.js";
import { createScriptedMicrophone } from "../doubles/scripted-microphone.js";

const never = new AbortController().signal;
const sound = (ms: number): Pcm => ({
  samples: new Int16Array((ms * 16_000) / 1000).fill(5_000),
  sampleRateHz: 16_000,
});

/** What a sample says about the moment at which it was captured. */
const voice = 1;
const echo = -1;

/**
 * A room: each 20 ms the microphone captures one chunk, made of the echo when the device is audible and of the voice
 * otherwise. `lateMs` delays the arrival of chunks that were captured at that time, as a stalled event loop does.
 */
function room(options: DuplexOptions = {}, lateMs: (capturedAtMs: number) => number = () => 0) {
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

describe("one mouth, one ear", () => {
  it("hears nothing of a sound, nor of its tail, and everything after", async () => {
    const { duplex, clock, open, pass, heard, heardEcho, leave, events } = room();
    await pass(100);
    const playing = duplex.play(sound(500), never);
    const opening = open();
    expect(duplex.state()).toEqual({ gate: "opening", sounding: true });
    expect(await clock.advanceUntil(playing, 2_000)).toEqual({ ok: true, value: "played" });
    const endedAtMs = clock.monotonicMs();
    expect(await clock.advanceUntil(opening, 2_000)).toEqual({ ok: true, value: undefined });
    expect(clock.monotonicMs() - endedAtMs).toBe(250);
    expect(duplex.state()).toEqual({ gate: "open", sounding: false });
    await pass(1_000);
    expect(heardEcho()).toBe(false);
    // 49 or 50 chunks of 20 ms: the one that was being captured when the gate opened stays outside.
    expect(heard.length).toBeGreaterThanOrEqual(48);
    expect(heard.every(({ samples }) => samples.every((sample) => sample === voice))).toBe(true);
    duplex.shutGate();
    const count = heard.length;
    await pass(200);
    expect(heard).toHaveLength(count);
    expect(events.map(({ kind }) => kind)).toEqual(["gate_opened", "gate_shut"]);
    await leave();
    await pass(20);
    expect(clock.activeTimers()).toEqual([]);
  });

  it("shuts an open gate before the first sample of a sound and leaves it shut", async () => {
    const { duplex, clock, open, pass, heard, leave, heardEcho } = room();
    await clock.advanceUntil(open(), 1_000);
    await pass(200);
    let gateAtFirstSample = "";
    const playing = duplex.play(sound(80), never, {
      onFirstSample: () => {
        gateAtFirstSample = duplex.state().gate;
      },
    });
    const count = heard.length;
    expect(count).toBeGreaterThan(5);
    expect(duplex.state().gate).toBe("shut");
    await clock.advanceUntil(playing, 1_000);
    await pass(1_000);
    expect(gateAtFirstSample).toBe("shut");
    expect(heard).toHaveLength(count);
    expect(heardEcho()).toBe(false);
    await leave();
  });

  it("drops what was captured before the gate opened and arrives after: a stalled event loop lets nothing through", async () => {
    // Everything captured from 300 ms on, the end of the sound and its tail, arrives in one go at about 1200 ms.
    const stalled = room({}, (atMs) => (atMs >= 300 && atMs < 1_200 ? 1 : 0));
    const { duplex, clock, open, pass, heardEcho, heard, leave } = stalled;
    await pass(200);
    const playing = duplex.play(sound(300), never);
    const opening = open();
    await clock.advanceUntil(playing, 1_500);
    expect(await clock.advanceUntil(opening, 1_500)).toMatchObject({ ok: true });
    const openedAtMs = clock.monotonicMs();
    expect(openedAtMs).toBeLessThan(1_200);
    expect(heard).toEqual([]);
    await pass(1_000);
    expect(heardEcho()).toBe(false);
    // What was said after the gate opened is there, although it arrived late.
    const heardMs = heard.reduce((sum, { samples }) => sum + samples.length / 16, 0);
    expect(heardMs).toBeGreaterThan(1_000 - 60);
    expect(heardMs).toBeLessThanOrEqual(1_000);
    await leave();
  });

  it.each([
    ["is stopped", {}, { ok: true, value: "stopped" }],
    ["is stopped and does not obey at once", { ignoresStopMs: 400 }, { ok: true, value: "stopped" }],
    [
      "fails",
      { fails: { kind: "device_missing", detail: "unplugged" } },
      { ok: false, error: { kind: "device_missing", detail: "unplugged" } },
    ],
    [
      "throws",
      { throws: "no device" },
      { ok: false, error: { kind: "playback_failed", detail: "no device" } },
    ],
    ["drains late", { drainMs: 900 }, { ok: true, value: "played" }],
  ] as const)("guards the tail of a sound that %s", async (_, conduct, expected) => {
    const { duplex, clock, open, pass, speaker, heardEcho, leave, heard } = room({ playMarginMs: 2_000 });
    await pass(100);
    const barge = new AbortController();
    speaker.conduct(conduct);
    const playing = duplex.play(sound(1_000), barge.signal);
    const opening = open();
    if ("value" in expected && expected.value === "stopped")
      clock.startTimer("barge in", 500, () => barge.abort());
    expect(await clock.advanceUntil(playing, 4_000)).toEqual(expected);
    const endedAtMs = clock.monotonicMs();
    await clock.advanceUntil(opening, 4_000);
    expect(clock.monotonicMs() - endedAtMs).toBe(250);
    await pass(300);
    expect(heardEcho()).toBe(false);
    expect(heard.length).toBeGreaterThan(10);
    await leave();
  });

  it("ends a sound that does not end, and stays deaf with a reason while it may still sound", async () => {
    const { duplex, clock, open, speaker, heard, pass } = room({ playMarginMs: 500 });
    speaker.conduct({ drainMs: 60_000, ignoresStopMs: Number.POSITIVE_INFINITY });
    const playing = duplex.play(sound(500), never);
    expect(await clock.advanceUntil(playing, 5_000)).toMatchObject({
      ok: false,
      error: { kind: "timed_out" },
    });
    expect(await clock.advanceUntil(open(), 5_000)).toMatchObject({
      ok: false,
      error: { kind: "not_quiet" },
    });
    const next = duplex.play(sound(10), never);
    expect(await clock.advanceUntil(next, 5_000)).toMatchObject({ ok: false, error: { kind: "busy" } });
    await pass(100);
    expect(heard).toEqual([]);
  });

  it("plays one sound at a time, and waits for one that is being stopped", async () => {
    const { duplex, clock, speaker, pass, leave } = room({ leadSilenceMs: 0 });
    await pass(40);
    speaker.conduct({ ignoresStopMs: 100 });
    const barge = new AbortController();
    const speech = duplex.play(sound(2_000), barge.signal);
    await pass(200);
    expect(await duplex.play(sound(80), never)).toMatchObject({ ok: false, error: { kind: "busy" } });
    barge.abort();
    const tone = duplex.play(sound(80), never);
    expect(await clock.advanceUntil(tone, 1_000)).toEqual({ ok: true, value: "played" });
    expect(await speech).toEqual({ ok: true, value: "stopped" });
    expect(speaker.played.map(({ samples }) => samples.length / 16)).toEqual([2_000, 80]);
    await leave();
  });

  it("leads the first sound after a pause with silence, and only that", async () => {
    const { duplex, clock, speaker, pass, leave } = room({ speakerSleepsAfterMs: 5_000 });
    const play = () => clock.advanceUntil(duplex.play(sound(100), never), 1_000);
    await play();
    await play();
    await pass(5_001);
    await play();
    expect(speaker.played.map(({ samples }) => samples.length / 16)).toEqual([400, 100, 400]);
    expect(speaker.played[0]?.samples.slice(0, 4_800).every((sample) => sample === 0)).toBe(true);
    expect(speaker.played[0]?.samples[4_800]).toBe(5_000);
    await leave();
  });

  it("refuses to open onto a dead microphone, and gives an opening up when told to", async () => {
    const { duplex, clock, open, microphone, pass, leave } = room();
    const fault = { kind: "device_missing", detail: "unplugged" } as const;
    microphone.lose(fault);
    expect(await clock.advanceUntil(open(), 500)).toEqual({
      ok: false,
      error: { kind: "microphone_lost", fault },
    });
    await pass(100);
    const playing = duplex.play(sound(300), never);
    const owner = new AbortController();
    const aborted = open(owner.signal);
    owner.abort();
    expect(await aborted).toEqual({ ok: false, error: { kind: "abandoned" } });
    const replaced = open();
    const last = open();
    expect(await replaced).toEqual({ ok: false, error: { kind: "abandoned" } });
    await clock.advanceUntil(playing, 1_000);
    expect(await clock.advanceUntil(last, 1_000)).toEqual({ ok: true, value: undefined });
    const shut = open();
    duplex.shutGate();
    expect(await shut).toEqual({ ok: false, error: { kind: "abandoned" } });
    await leave();
  });

  it("never hears itself, whatever is played, stopped, opened and shut in whatever order, with whatever delays", async () => {
    const step = fc.oneof(
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant("play" as const),
          ms: fc.integer({ min: 20, max: 900 }),
          drainMs: fc.integer({ min: 0, max: 400 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("stop" as const) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("open" as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("shut" as const) }) },
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 1_500 }) }),
      },
    );
    const stalls = fc.array(
      fc.record({ atMs: fc.integer({ min: 0, max: 6_000 }), ms: fc.integer({ min: 20, max: 900 }) }),
      { maxLength: 3 },
    );
    let samplesHeard = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24 }), stalls, async (steps, pauses) => {
        const bench = room({}, (atMs) =>
          pauses.some((one) => atMs >= one.atMs && atMs < one.atMs + one.ms) ? 1 : 0,
        );
        const { duplex, speaker, pass, open, heardEcho, leave, clock, heard } = bench;
        // The time line of the stream is known before anything sounds, as it is on a device that has been started.
        await pass(100);
        let barge = new AbortController();
        for (const one of steps) {
          if (one.kind === "play") {
            barge = new AbortController();
            speaker.conduct({ drainMs: one.drainMs });
            void duplex.play(sound(one.ms), barge.signal);
          } else if (one.kind === "stop") barge.abort();
          else if (one.kind === "open") void open();
          else if (one.kind === "shut") duplex.shutGate();
          else await pass(one.ms);
        }
        await pass(2_500);
        expect(heardEcho()).toBe(false);
        samplesHeard += heard.length;
        barge.abort();
        await leave();
        await pass(100);
        expect(clock.activeTimers()).toEqual([]);
      }),
      { numRuns: 150 },
    );
    // The property must not hold because nothing was ever heard.
    expect(samplesHeard).toBeGreaterThan(500);
  });
});
