import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDuplex } from "../../src/audio/duplex.js";
import { createFileMicrophone } from "../../src/audio/file-microphone.js";
import { createFileSpeaker } from "../../src/audio/file-speaker.js";
import type { Pcm } from "../../src/audio/pcm.js";
import { createStreamController } from "../../src/audio/stream-controller.js";
import { decodeWav } from "../../src/audio/wav-decode.js";
import { sleep } from "../../src/runtime/clock.js";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "voicegauge-file-audio-"));
});
afterEach(() => rm(folder, { recursive: true }));

const never = new AbortController().signal;
const sound = (ms: number, value: number, sampleRateHz = 16_000): Pcm => ({
  samples: new Int16Array((ms * sampleRateHz) / 1000).fill(value),
  sampleRateHz,
});

/** Runs of equal values in a sound, in milliseconds: “0:100 7:40”. */
function runs(samples: Iterable<number>, rate = 16_000): string {
  const found: { value: number; count: number }[] = [];
  for (const value of samples) {
    const last = found.at(-1);
    if (last?.value === value) last.count += 1;
    else found.push({ value, count: 1 });
  }
  return found.map(({ value, count }) => `${value}:${(count * 1000) / rate}`).join(" ");
}

describe("the file microphone", () => {
  it("speaks its sounds in real time with silence around them, then tells the end once and stays silent", async () => {
    const clock = createVirtualClock();
    const microphone = createFileMicrophone(clock, { sounds: [sound(50, 7), sound(30, 8)], gapMs: 100 });
    const heard: number[] = [];
    let endedAtMs: number[] = [];
    microphone.start({
      onChunk: (samples) => heard.push(...samples),
      onLost: () => undefined,
      onRecovered: () => undefined,
      onEnded: () => (endedAtMs = [...endedAtMs, clock.monotonicMs()]),
    });
    await clock.advanceUntil(sleep(clock, "pass", 400), 400);
    expect(runs(heard)).toBe("0:100 7:50 0:100 8:30 0:120");
    expect(endedAtMs).toEqual([280]);
    await microphone.close();
    expect(clock.activeTimers()).toEqual([]);
  });

  it("speaks what it is told to at once, at any rate, and takes it back", async () => {
    const clock = createVirtualClock();
    const microphone = createFileMicrophone(clock);
    const heard: number[] = [];
    microphone.start({
      onChunk: (s) => heard.push(...s),
      onLost: () => undefined,
      onRecovered: () => undefined,
    });
    const pass = (ms: number) => clock.advanceUntil(sleep(clock, "pass", ms), ms);
    await pass(60);
    const first = microphone.say(sound(40, 5));
    const second = microphone.say(sound(500, 6));
    await pass(100);
    second.cancel();
    await pass(40);
    expect(runs(heard)).toBe("0:60 5:40 6:60 0:40");
    expect([await first.ended, await second.ended]).toEqual(["spoken", "dropped"]);
    const third = microphone.say(sound(100, 9, 48_000));
    await pass(200);
    expect(await third.ended).toBe("spoken");
    // 100 ms, whatever the rate was; the filter rings at the edges.
    expect(heard.filter((value) => value === 9).length / 16).toBeGreaterThan(95);
    const fourth = microphone.say(sound(100, 9));
    await microphone.close();
    expect(await fourth.ended).toBe("dropped");
    expect(await microphone.say(sound(1, 1)).ended).toBe("dropped");
  });

  it("delivers what a stalled event loop missed in one go", async () => {
    const virtual = createVirtualClock();
    let stalledMs = 0;
    const clock = { ...virtual, monotonicMs: () => virtual.monotonicMs() + stalledMs };
    const microphone = createFileMicrophone(clock);
    let chunks = 0;
    microphone.start({
      onChunk() {
        chunks += 1;
      },
      onLost: () => undefined,
      onRecovered: () => undefined,
    });
    virtual.advance(100);
    expect(chunks).toBe(5);
    stalledMs = 500;
    virtual.advance(20);
    expect(chunks).toBe(31);
    virtual.advance(100);
    expect(chunks).toBe(36);
    await microphone.close();
  });
});

describe("the file speaker", () => {
  const wavOf = async (path: string): Promise<string> => {
    const decoded = decodeWav(await readFile(path));
    if (!decoded.ok) throw new Error(decoded.error.detail);
    return runs(decoded.value.samples.map((value) => Math.round(value * 32_768)));
  };

  it("takes as long as the sound, keeps the silences on its time line, and is valid at any moment", async () => {
    const clock = createVirtualClock();
    const path = join(folder, "said.wav");
    const speaker = createFileSpeaker(clock, { path, sampleRateHz: 16_000, silenceCapMs: 500 });
    const firsts: number[] = [];
    const play = (ms: number, value: number) =>
      clock.advanceUntil(
        speaker.play(sound(ms, value), never, () => firsts.push(clock.monotonicMs())),
        5_000,
      );
    const pass = (ms: number) => clock.advanceUntil(sleep(clock, "pass", ms), ms);
    await pass(70);
    expect(await play(120, 7)).toEqual({ ok: true, value: "played" });
    expect(clock.monotonicMs()).toBe(190);
    await pass(200);
    const playing = speaker.play(sound(500, 8), never);
    await pass(120);
    expect(await wavOf(path)).toBe("7:120 0:200 8:150");
    await clock.advanceUntil(playing, 1_000);
    await pass(60_000);
    await play(10, 9);
    expect(await wavOf(path)).toBe("7:120 0:200 8:500 0:500 9:10");
    expect(firsts).toEqual([70, 60_890]);
    await speaker.close();
    expect(await speaker.play(sound(10, 9), never)).toEqual({ ok: true, value: "stopped" });
    expect(clock.activeTimers()).toEqual([]);
  });

  it("stops where it is told to, and at its close", async () => {
    const clock = createVirtualClock();
    const path = join(folder, "said.wav");
    const speaker = createFileSpeaker(clock, { path, sampleRateHz: 16_000 });
    const stop = new AbortController();
    const playing = speaker.play(sound(5_000, 7), stop.signal);
    clock.startTimer("stop", 320, () => stop.abort());
    expect(await clock.advanceUntil(playing, 6_000)).toEqual({ ok: true, value: "stopped" });
    expect(clock.monotonicMs()).toBe(320);
    expect(await wavOf(path)).toBe("7:350");
    const another = speaker.play(sound(5_000, 7), never);
    await clock.advanceUntil(speaker.close(), 100);
    expect(await another).toEqual({ ok: true, value: "stopped" });
    expect(clock.activeTimers()).toEqual([]);
  });

  it("takes no time at pace 0, and says when it cannot write", async () => {
    const clock = createVirtualClock();
    const quick = createFileSpeaker(clock, {
      path: join(folder, "quick.wav"),
      sampleRateHz: 16_000,
      pace: 0,
    });
    expect(await quick.play(sound(60_000, 7), never)).toEqual({ ok: true, value: "played" });
    expect(clock.monotonicMs()).toBe(0);
    expect(await wavOf(join(folder, "quick.wav"))).toBe("7:60000");
    const nowhere = createFileSpeaker(clock, { path: join(folder, "no", "said.wav") });
    expect(await nowhere.play(sound(10, 7), never)).toMatchObject({
      ok: false,
      error: { kind: "playback_failed" },
    });
    await quick.close();
    await nowhere.close();
  });
});

describe("a whole audio room on files", () => {
  it("hears only what is spoken while the gate is open, and leaves nothing behind", async () => {
    const clock = createVirtualClock();
    const microphone = createFileMicrophone(clock);
    const speaker = createFileSpeaker(clock, { path: join(folder, "said.wav"), sampleRateHz: 16_000 });
    const duplex = createDuplex({ clock, speaker, stream: createStreamController({ clock, microphone }) });
    duplex.start();
    const heard: number[] = [];
    // The operator talks over the device from the first moment to the last: 1 while it sounds or its tail is guarded.
    const overlapping = microphone.say(sound(10_000, 1));
    await clock.advanceUntil(sleep(clock, "pass", 100), 100);
    await clock.advanceUntil(duplex.play(sound(400, 3_000), never), 2_000);
    const opening = duplex.openGate((samples) => heard.push(...samples), never);
    clock.startTimer("next word", 240, () => {
      overlapping.cancel();
      microphone.say(sound(200, 2));
    });
    await clock.advanceUntil(opening, 2_000);
    await clock.advanceUntil(sleep(clock, "pass", 500), 500);
    expect(heard).not.toContain(1);
    expect(heard.filter((value) => value === 2).length / 16).toBeGreaterThanOrEqual(160);
    await clock.advanceUntil(duplex.close(), 1_000);
    expect(clock.activeTimers()).toEqual([]);
    expect(microphone.waiting()).toBe(0);
  });
});
