import { describe, expect, it } from "vitest";
import { never, room, sound, voice } from "./echoing-room.js";

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

  it("says of a turn whether sound was lost in it, and of no other", async () => {
    const { duplex, clock, microphone, open, pass, leave, events } = room();
    for (const loses of [false, true, false]) {
      await clock.advanceUntil(open(), 1_000);
      await pass(100);
      if (loses) microphone.hole();
      await pass(100);
      duplex.shutGate();
      microphone.hole();
      await pass(2_100);
    }
    const shut = events.flatMap((event) => (event.kind === "gate_shut" ? [event.isWhole] : []));
    expect(shut).toEqual([true, false, true]);
    await leave();
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

  it("plays one sound at a time, in the order of the calls, and hears nothing between them", async () => {
    const { duplex, clock, speaker, pass, leave, open, heard, heardEcho } = room({ leadSilenceMs: 0 });
    await clock.advanceUntil(open(), 1_000);
    await pass(40);
    const count = heard.length;
    const order: string[] = [];
    const play = (name: string, ms: number, signal = never): Promise<unknown> =>
      duplex.play(sound(ms), signal).then((outcome) => {
        order.push(`${name}: ${outcome.ok ? outcome.value : outcome.error.kind}`);
      });
    const leaves = new AbortController();
    const tick = play("tick", 20);
    const words = play("words", 500);
    const dropped = play("dropped", 300, leaves.signal);
    const tone = play("tone", 80);
    leaves.abort();
    await dropped;
    expect(order).toEqual(["dropped: stopped"]);
    const opening = open();
    await clock.advanceUntil(Promise.all([tick, words, tone]), 3_000);
    expect(order).toEqual(["dropped: stopped", "tick: played", "words: played", "tone: played"]);
    expect(speaker.played.map(({ samples }) => samples.length / 16)).toEqual([20, 500, 80]);
    expect(heard).toHaveLength(count);
    expect(await clock.advanceUntil(opening, 1_000)).toMatchObject({ ok: true });
    await pass(500);
    expect(heardEcho()).toBe(false);
    expect(heard.length).toBeGreaterThan(count);
    await leave();
  });

  it("lets a sound in as soon as the one that is being stopped has stopped", async () => {
    const { duplex, clock, speaker, pass, leave } = room({ leadSilenceMs: 0 });
    await pass(40);
    speaker.conduct({ ignoresStopMs: 100 });
    const barge = new AbortController();
    const speech = duplex.play(sound(2_000), barge.signal);
    await pass(200);
    barge.abort();
    const fromMs = clock.monotonicMs();
    let soundedAtMs = 0;
    const onFirstSample = (): void => {
      soundedAtMs = clock.monotonicMs();
    };
    const tone = duplex.play(sound(80), never, { onFirstSample });
    expect(await clock.advanceUntil(tone, 1_000)).toEqual({ ok: true, value: "played" });
    expect(await speech).toEqual({ ok: true, value: "stopped" });
    expect(soundedAtMs - fromMs).toBe(108);
    expect(speaker.played.map(({ samples }) => samples.length / 16)).toEqual([2_000, 80]);
    await leave();
  });

  it("leads a sound with silence when the speaker has been asleep, and only then", async () => {
    const { duplex, clock, speaker, pass, leave } = room({ leadSilenceMs: 300, speakerSleepsAfterMs: 2_000 });
    for (const pauseMs of [0, 0, 1_900, 2_100]) {
      await pass(pauseMs);
      await clock.advanceUntil(duplex.play(sound(80), never), 1_000);
    }
    expect(speaker.played.map(({ samples }) => samples.length / 16)).toEqual([380, 80, 80, 380]);
    expect(
      speaker.played
        .at(-1)
        ?.samples.subarray(0, 4_800)
        .every((sample) => sample === 0),
    ).toBe(true);
    await leave();
  });

  it("refuses what waits for a player that was stopped and does not come back", async () => {
    const { duplex, clock, speaker, pass } = room();
    speaker.conduct({ ignoresStopMs: Number.POSITIVE_INFINITY });
    const barge = new AbortController();
    const speech = duplex.play(sound(2_000), barge.signal);
    const tone = duplex.play(sound(80), never);
    await pass(200);
    barge.abort();
    const fromMs = clock.monotonicMs();
    expect(await clock.advanceUntil(speech, 5_000)).toMatchObject({ error: { kind: "timed_out" } });
    expect(await clock.advanceUntil(tone, 5_000)).toMatchObject({ error: { kind: "busy" } });
    expect(clock.monotonicMs() - fromMs).toBe(1_000);
    await clock.advanceUntil(duplex.close(), 1_000);
  });

  it("stops what sounds and what waits when it is closed, and sounds no more", async () => {
    const { duplex, clock, speaker, pass, leave } = room();
    const outcomes = Promise.all([duplex.play(sound(2_000), never), duplex.play(sound(80), never)]);
    await pass(200);
    await leave();
    const stopped = { ok: true, value: "stopped" };
    expect(await clock.advanceUntil(outcomes, 100)).toEqual([stopped, stopped]);
    expect(await duplex.play(sound(80), never)).toEqual(stopped);
    expect(speaker.played).toHaveLength(1);
    await pass(20);
    expect(clock.activeTimers()).toEqual([]);
  });

  it("leads the first sound after a pause with silence, and only that", async () => {
    const { duplex, clock, speaker, pass, leave } = room();
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
});
