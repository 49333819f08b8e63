import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { createSystemClock } from "../../src/runtime/clock.js";
import { err, ok } from "../../src/runtime/result.js";
import { createSherpaVoice, type SherpaVoiceOptions } from "../../src/voice/sherpa-voice.js";
import type { Voice, VoiceError } from "../../src/voice/voice.js";
import { withFallback } from "../../src/voice/with-fallback.js";
import { temporaryFolder } from "../doubles/temporary-store.js";

/** See test/fixtures/tone-voice/make.py: 800 samples at 8 kHz for each phone. */
const folder = fileURLToPath(new URL("../fixtures/tone-voice", import.meta.url));
const signal = new AbortController().signal;
const open: Voice[] = [];

afterEach(async () => {
  for (const voice of open.splice(0)) await voice.close();
});

function filesIn(where: string) {
  return {
    model: join(where, "model.onnx"),
    lexicon: join(where, "lexicon.txt"),
    tokens: join(where, "tokens.txt"),
    ruleFsts: [],
    speaker: 0,
  };
}

function sherpaVoice(options: Partial<SherpaVoiceOptions> = {}): Voice {
  const voice = createSherpaVoice({
    clock: createSystemClock(),
    wordsPerMinute: 160,
    volume: 1,
    verify: () => Promise.resolve(ok(filesIn(folder))),
    ...options,
  });
  open.push(voice);
  return voice;
}

test("speaks by the real library, several phrases at once in their order", async () => {
  const voice = sherpaVoice();
  const [first, second] = await Promise.all([
    voice.synthesize("长度", signal),
    voice.synthesize("一", signal),
  ]);
  expect(first).toMatchObject({ ok: true, value: { sampleRateHz: 8_000 } });
  expect(first.ok && first.value.samples.length).toBe(1_600);
  expect(second.ok && second.value.samples.length).toBe(800);
  expect(first.ok && Math.max(...first.value.samples)).toBeGreaterThan(9_000);
});

test("the volume is applied to the samples", async () => {
  const made = await sherpaVoice({ volume: 0.1 }).synthesize("一", signal);
  const peak = made.ok ? Math.max(...made.value.samples) : 0;
  expect(peak).toBeGreaterThan(900);
  expect(peak).toBeLessThan(1_000);
});

test("a text with a character that it cannot pronounce is refused whole, and a plain voice speaks it", async () => {
  const voice = sherpaVoice();
  expect(await voice.synthesize("长度X", signal)).toEqual(
    err({ kind: "synthesis_failed", detail: "the voice cannot pronounce x" }),
  );
  expect(await voice.synthesize("X", signal)).toMatchObject({ ok: false });
  const told: (VoiceError | undefined)[] = [];
  const plain: Voice = {
    synthesize: (text) => Promise.resolve(ok({ samples: new Int16Array(text.length), sampleRateHz: 16_000 })),
    close: () => Promise.resolve(),
  };
  const both = withFallback(voice, plain, (error) => told.push(error));
  expect(await both.synthesize("长度X", signal)).toMatchObject({ ok: true, value: { sampleRateHz: 16_000 } });
  expect(await both.synthesize("长度", signal)).toMatchObject({ ok: true, value: { sampleRateHz: 8_000 } });
  expect(told).toMatchObject([{ kind: "synthesis_failed" }]);
  for (let n = 0; n < 2; n += 1) await both.synthesize("长度X", signal);
  await both.synthesize("长度", signal);
  expect(told.slice(1)).toMatchObject([
    { kind: "synthesis_failed" },
    { kind: "synthesis_failed" },
    undefined,
  ]);
});

test("a model that cannot be loaded is an error each time, not an end", async () => {
  const where = temporaryFolder();
  mkdirSync(where, { recursive: true });
  for (const name of ["lexicon.txt", "tokens.txt"]) copyFileSync(join(folder, name), join(where, name));
  writeFileSync(join(where, "model.onnx"), "no model");
  const voice = sherpaVoice({ verify: () => Promise.resolve(ok(filesIn(where))) });
  for (let n = 0; n < 2; n += 1)
    expect(await voice.synthesize("一", signal)).toMatchObject({ error: { kind: "synthesis_failed" } });
  copyFileSync(join(folder, "model.onnx"), join(where, "model.onnx"));
  expect(await voice.synthesize("一", signal)).toMatchObject({ ok: true });
});

test("no sound in time ends the process; the next phrase has a new one", async () => {
  const voice = sherpaVoice({ sayLimitMs: 250 });
  expect(await voice.synthesize("一", signal)).toMatchObject({ ok: true });
  // Four hours of tones, in a sentence each.
  const long = "一一一一一一一一一一。".repeat(15_000);
  expect(await voice.synthesize(long, signal)).toMatchObject({ error: { kind: "timed_out" } });
  await expect
    .poll(async () => (await voice.synthesize("一", signal)).ok, { timeout: 20_000, interval: 300 })
    .toBe(true);
});

test("given up, and after the end: stopped", async () => {
  const voice = sherpaVoice();
  const stop = new AbortController();
  const made = voice.synthesize("一", stop.signal);
  stop.abort();
  expect(await made).toEqual(err({ kind: "aborted" }));
  await voice.close();
  expect(await voice.synthesize("一", signal)).toEqual(err({ kind: "aborted" }));
});
