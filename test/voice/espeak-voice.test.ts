import { expect, test } from "vitest";
import { durationMs } from "../../src/audio/pcm.js";
import { createSystemClock } from "../../src/runtime/clock.js";
import { ok } from "../../src/runtime/result.js";
import { createEspeakVoice } from "../../src/voice/espeak-voice.js";
import { withPhraseCache } from "../../src/voice/phrase-cache.js";
import { piecesOf, sayInPieces } from "../../src/voice/speech.js";
import type { Voice } from "../../src/voice/voice.js";

const clock = createSystemClock();
const settings = { clock, language: "zh", wordsPerMinute: 160, volume: 0.8 } as const;
const { signal } = new AbortController();

test("speaks Mandarin: a sound of the length of its words", async () => {
  const made = await createEspeakVoice(settings).synthesize("长度一百二十点五毫米", signal);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  expect(durationMs(made.value)).toBeGreaterThan(1_200);
  expect(durationMs(made.value)).toBeLessThan(5_000);
  expect(Math.max(...made.value.samples)).toBeGreaterThan(3_000);
});

test("a missing program says what to install, an empty text and an abort are told", async () => {
  const missing = createEspeakVoice({ ...settings, program: "espeak-ng-that-is-not-there" });
  expect(await missing.synthesize("一", signal)).toMatchObject({
    ok: false,
    error: { kind: "program_missing" },
  });
  const voice = createEspeakVoice(settings);
  expect(await voice.synthesize(" ", signal)).toMatchObject({
    ok: false,
    error: { kind: "synthesis_failed" },
  });
  expect(await voice.synthesize("一", AbortSignal.abort())).toMatchObject({
    ok: false,
    error: { kind: "aborted" },
  });
});

/** Speaks one sample a character and counts. */
function countingVoice(): Voice & { readonly said: string[] } {
  const said: string[] = [];
  return {
    said,
    synthesize(text) {
      said.push(text);
      return Promise.resolve(ok({ samples: new Int16Array(text.length), sampleRateHz: 1_000 }));
    },
    close: () => Promise.resolve(),
  };
}

test("the cache answers what it knows and forgets the least recently used", async () => {
  const plain = countingVoice();
  const cached = withPhraseCache(plain, 40);
  for (const text of ["aaaa", "bbbb", "aaaa", "cccc", "dddd", "eeee", "ffff", "aaaa", "bbbb"]) {
    await cached.synthesize(text, signal);
  }
  expect(plain.said).toEqual(["aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff", "bbbb"]);
});

test("a long text is said in sentences, each made while the one before is heard", async () => {
  const voice = countingVoice();
  const order: string[] = [];
  const outcome = await sayInPieces(
    voice,
    (pcm) => {
      order.push(`play ${pcm.samples.length} after ${voice.said.length} made`);
      return Promise.resolve(ok("played" as const));
    },
    "没有记录。存储已满。完",
    signal,
  );
  expect(outcome).toEqual(ok("played"));
  expect(order).toEqual(["play 5 after 2 made", "play 5 after 3 made", "play 1 after 3 made"]);
  expect(piecesOf("three point five")).toEqual(["three point five"]);
});

test("a sound that was stopped ends the text", async () => {
  const voice = countingVoice();
  let played = 0;
  const outcome = await sayInPieces(
    voice,
    () => {
      played += 1;
      return Promise.resolve(ok("stopped" as const));
    },
    "一。二。三。",
    signal,
  );
  expect(outcome).toEqual(ok("stopped"));
  expect(played).toBe(1);
});
