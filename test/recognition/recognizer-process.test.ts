import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { captureRateHz, type Pcm } from "../../src/audio/pcm.js";
import { resamplePcm } from "../../src/audio/resample.js";
import { weigh } from "../../src/controller/weigh.js";
import { builtInNames, parse } from "../../src/language/parse.js";
import { utteranceToJson } from "../../src/language/to-json.js";
import { chooseModel, readManifest, verifyModel } from "../../src/recognition/model.js";
import type { RecognizerHealth } from "../../src/recognition/recognizer.js";
import { createRecognizerProcess } from "../../src/recognition/recognizer-process.js";
import { transcribe } from "../../src/recognition/transcribe.js";
import { createSystemClock } from "../../src/runtime/clock.js";
import { ok } from "../../src/runtime/result.js";
import { createEspeakVoice } from "../../src/voice/espeak-voice.js";
import { temporaryFolder } from "../doubles/temporary-store.js";

const clock = createSystemClock();
const models = join(process.cwd(), "models");

type Language = "zh" | "en";

async function bundled(directory = models, language: Language = "zh") {
  const manifest = await readManifest(directory);
  if (!manifest.ok) throw new Error(manifest.error.detail);
  const model = chooseModel(manifest.value, "auto", language);
  if (!model.ok) throw new Error(model.error.detail);
  return model.value;
}

async function recognizerOn(
  directory = models,
  heartbeatMs = 2_000,
  phasesMs: readonly number[] = [],
  language: Language = "zh",
) {
  const model = await bundled(directory, language);
  const recognizer = createRecognizerProcess({
    clock,
    random: () => 0,
    modelId: model.id,
    language: model.language,
    thresholds: model.thresholds,
    verify: () => verifyModel(directory, model),
    heartbeatMs,
    phasesMs,
  });
  onTestFinished(() => recognizer.close());
  return recognizer;
}

async function started(heartbeatMs?: number) {
  const recognizer = await recognizerOn(models, heartbeatMs);
  const outcome = await recognizer.start(new AbortController().signal);
  expect(outcome).toMatchObject({ ok: true });
  return recognizer;
}

test("the sentences that may have been said are weighed, and the likeliest is the one that was", async () => {
  const recognizer = await recognizerOn(models, 2_000, [0, 20]);
  expect((await recognizer.start(new AbortController().signal)).ok).toBe(true);
  for (const text of ["负零点零三", "外径四十九点九八毫米", "七十七点七七"]) {
    const heard = await transcribe(recognizer, await spoken(text));
    if (!heard.ok) throw new Error("no transcript");
    const { sentences = [] } = heard.value;
    expect(sentences[0]?.text).toBe(text);
    // Each is here once, and together they are all that was found, but for what is hardly likely.
    expect(new Set(sentences.map((one) => one.text)).size).toBe(sentences.length);
    const sum = sentences.reduce((total, { share }) => total + share, 0);
    expect(sum).toBeGreaterThan(0.9);
    expect(sum).toBeLessThan(1.000_001);
    expect(sentences.map(({ share }) => share)).toEqual(
      sentences.map(({ share }) => share).sort((one, other) => other - one),
    );
  }
});

test("files that are taken anew in the middle of a turn count from the next turn on", async () => {
  const recognizer = await started();
  const sound = await spoken("长度一百二十点五毫米");
  const half = sound.samples.length >> 1;
  recognizer.beginTurn(901, { onPartial: () => undefined, onEndpoint: () => undefined });
  recognizer.accept(sound.samples.slice(0, half));
  recognizer.refresh();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  recognizer.accept(sound.samples.slice(half));
  const heard = await recognizer.finishTurn(new AbortController().signal);
  expect(heard.ok && heard.value.text).toBe("长度一百二十点五毫米");
  const next = await transcribe(recognizer, sound);
  expect(next.ok && next.value.text).toBe("长度一百二十点五毫米");
});

test("a voice that was learnt is told from the turn on that it hears", async () => {
  const model = await bundled();
  const files = await verifyModel(models, model);
  if (!files.ok) throw new Error(files.error.detail);
  const copy = join(temporaryFolder(), "encoder.onnx");
  cpSync(files.value.encoder, copy);
  let isLearnt = false;
  const recognizer = createRecognizerProcess({
    clock,
    random: () => 0,
    modelId: model.id,
    language: model.language,
    thresholds: model.thresholds,
    verify: () =>
      Promise.resolve(isLearnt ? ok({ ...files.value, encoder: copy, isVoiceLearnt: true }) : files),
  });
  onTestFinished(() => recognizer.close());
  await recognizer.start(new AbortController().signal);
  const sound = await spoken("长度五毫米");
  recognizer.beginTurn(902, { onPartial: () => undefined, onEndpoint: () => undefined });
  isLearnt = true;
  recognizer.refresh();
  await new Promise((resolve) => setTimeout(resolve, 500));
  recognizer.accept(sound.samples);
  const before = await recognizer.finishTurn(new AbortController().signal);
  const after = await transcribe(recognizer, sound);
  if (!before.ok || !after.ok) throw new Error("no transcript");
  expect(before.value.isVoiceLearnt).toBeUndefined();
  expect(after.value.isVoiceLearnt).toBe(true);
  expect(after.value.text).toBe(before.value.text);
});

async function spoken(text: string, language: Language = "zh", variant = ""): Promise<Pcm> {
  const voice = createEspeakVoice({ clock, language, wordsPerMinute: 160, volume: 0.8, variant });
  const made = await voice.synthesize(text, new AbortController().signal);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return resamplePcm(made.value, captureRateHz);
}

/** Resolves when the recogniser is usable again after it was not. */
function readyAgain(recognizer: Awaited<ReturnType<typeof recognizerOn>>): Promise<void> {
  return new Promise((resolve) => {
    let wasDown = false;
    recognizer.onHealth((health: RecognizerHealth) => {
      if (health.kind === "restarting") wasDown = true;
      if (health.kind === "ready" && wasDown) resolve();
    });
  });
}

test("real speech through the real recogniser, turn after turn, with nothing left of the turn before", async () => {
  const recognizer = await started();
  const sound = await spoken("长度一百二十点五毫米");
  const first = await transcribe(recognizer, sound);
  const second = await transcribe(recognizer, sound);
  if (!first.ok || !second.ok) throw new Error("no transcript");
  expect(first.value.text).toBe("长度一百二十点五毫米");
  expect(second.value.tokens).toEqual(first.value.tokens);
  expect(first.value.tokens.every(({ probability }) => probability !== undefined && probability > 0)).toBe(
    true,
  );
  expect(first.value.confidence).toBe(
    Math.min(...first.value.tokens.map(({ probability }) => probability ?? 0)),
  );
});

test("silence is nothing", async () => {
  const recognizer = await started();
  const heard = await transcribe(recognizer, {
    samples: new Int16Array(32_000),
    sampleRateHz: captureRateHz,
  });
  expect(heard).toMatchObject({ ok: true, value: { text: "" } });
});

test("a pause ends the turn, once, and partials come before it", async () => {
  const recognizer = await started();
  const events: string[] = [];
  const sound = await spoken("内径三十二点零五");
  await new Promise<void>((resolve) => {
    recognizer.beginTurn(7, {
      onPartial: () => events.push("partial"),
      onEndpoint: () => {
        events.push("endpoint");
        resolve();
      },
    });
    recognizer.accept(sound.samples);
    for (let n = 0; n < 30; n += 1) recognizer.accept(new Int16Array(1_600));
  });
  await recognizer.finishTurn(new AbortController().signal);
  expect(events[0]).toBe("partial");
  expect(events.filter((event) => event === "endpoint")).toHaveLength(1);
});

test("a turn that was abandoned is never heard of again", async () => {
  const recognizer = await started();
  const late: string[] = [];
  recognizer.beginTurn(1, { onPartial: (text) => late.push(text), onEndpoint: () => late.push("endpoint") });
  recognizer.accept((await spoken("长度五十毫米")).samples);
  recognizer.abandonTurn();
  const heard = await transcribe(recognizer, await spoken("内径三十二点零五"));
  expect(heard).toMatchObject({ ok: true, value: { text: "内径三十二点零五" } });
  expect(late).toEqual([]);
});

test("killed in a turn: the turn fails, the recogniser comes back by itself", async () => {
  const recognizer = await started();
  const back = readyAgain(recognizer);
  recognizer.beginTurn(1, { onPartial: () => undefined, onEndpoint: () => undefined });
  recognizer.accept((await spoken("长度五十毫米")).samples);
  const pid = recognizer.pid();
  if (pid === undefined) throw new Error("no process");
  process.kill(pid, "SIGKILL");
  expect(await recognizer.finishTurn(new AbortController().signal)).toMatchObject({
    ok: false,
    error: { kind: "crashed" },
  });
  await back;
  expect(await transcribe(recognizer, await spoken("内径三十二点零五"))).toMatchObject({
    ok: true,
    value: { text: "内径三十二点零五" },
  });
});

test("alive but no longer answering: the heartbeat ends it and it comes back", async () => {
  const recognizer = await started(300);
  const back = readyAgain(recognizer);
  const pid = recognizer.pid();
  if (pid === undefined) throw new Error("no process");
  process.kill(pid, "SIGSTOP");
  await back;
  expect(recognizer.pid()).not.toBe(pid);
});

describe("a model that cannot be used is named before native code sees it", () => {
  test.each([
    [
      "flipped",
      (path: string) => writeFileSync(path, readFileSync(path).fill(7, 5_000, 5_010)),
      "model_corrupt",
    ],
    ["cut", (path: string) => truncateSync(path, 1_000), "model_corrupt"],
    ["missing", (path: string) => rmSync(path), "model_missing"],
  ])("%s", async (_name, damage, kind) => {
    const folder = temporaryFolder();
    cpSync(models, folder, { recursive: true });
    damage(join(folder, "vg-zh-compact", "encoder.onnx"));
    const recognizer = await recognizerOn(folder);
    const outcome = await recognizer.start(new AbortController().signal);
    expect(outcome).toMatchObject({ ok: false, error: { kind } });
  });

  test("an id that nobody knows", async () => {
    const manifest = await readManifest(models);
    if (!manifest.ok) throw new Error(manifest.error.detail);
    expect(chooseModel(manifest.value, "nonsense", "zh")).toMatchObject({
      ok: false,
      error: { kind: "model_missing" },
    });
  });
});

/** Spoken by the device's English voice and by the operator's; the trainer draws its sentences at random. */
const english = [
  "length one hundred twenty point five millimeters",
  "outer diameter forty nine point nine eight millimeters",
  "thickness three point one seven millimeters",
  "angle forty five degrees",
  "minus zero point zero three",
  "thirteen point three zero",
  "sixteen millimeters",
  "sixty millimeters",
  "fifteen point five five",
  "nine hundred ninety nine microns",
  "correction eighty point zero two millimeters",
  "part number seven seven three",
  "inspector zero eight",
  "undo",
  "next part",
];

test("English by the model of that language: what it is sure of is what was said, and most is heard", async () => {
  const recognizer = await recognizerOn(models, 2_000, [0, 20], "en");
  const { thresholds } = await bundled(models, "en");
  const outcome = await recognizer.start(new AbortController().signal);
  expect(outcome).toMatchObject({ ok: true, value: { modelId: "vg-en-compact", language: "en" } });
  let right = 0;
  for (const variant of ["", "+m4"]) {
    for (const text of english) {
      const heard = await transcribe(recognizer, await spoken(text, "en", variant));
      if (!heard.ok) throw new Error("no transcript");
      const { text: transcript, band } = weigh(heard.value, thresholds, { context: {} });
      if (band === "sure") expect(meaningOf(transcript), text).toEqual(meaningOf(text));
      if (band !== "poor" && transcript === text) right += 1;
    }
  }
  expect(right).toBeGreaterThanOrEqual(24);
});

function meaningOf(text: string) {
  const context = { names: builtInNames, language: "en", soundAlikes: true } as const;
  const { text: _text, ...meaning } = utteranceToJson(parse(text, context));
  return meaning;
}

test("the language chooses among the bundled models, and a model that is named wins over it", async () => {
  const manifest = await readManifest(models);
  if (!manifest.ok) throw new Error(manifest.error.detail);
  const idOf = (id: string, language: Language) => {
    const chosen = chooseModel(manifest.value, id, language);
    return chosen.ok ? chosen.value.id : chosen.error.kind;
  };
  expect(idOf("auto", "zh")).toBe("vg-zh-compact");
  expect(idOf("auto", "en")).toBe("vg-en-compact");
  expect(idOf("zipformer-bilingual-zh-en", "en")).toBe("zipformer-bilingual-zh-en");
});
