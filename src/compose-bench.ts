import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { captureRateHz, durationMs, type Pcm } from "./audio/pcm.js";
import { resamplePcm } from "./audio/resample.js";
import { measureExports, measureTalkDuringExport } from "./compose-bench-export.js";
import { type Figure, figure, sentence, timed } from "./compose-bench-figures.js";
import { measureStore } from "./compose-bench-store.js";
import { measureTurns } from "./compose-bench-turns.js";
import { composeRecognizer, systemClock } from "./compose-parts.js";
import { composeEspeakVoice } from "./compose-voice.js";
import { parse } from "./language/parse.js";
import { transcribe } from "./recognition/transcribe.js";
import { runProgram } from "./runtime/run-program.js";
import type { Configuration } from "./service/configuration.js";

const turns = 7;

/** Measures everything in temporary folders, which are removed. */
export async function* measureAll(
  configured: Configuration,
  exportSizes: readonly number[],
): AsyncGenerator<Figure> {
  // What is said is Mandarin, whatever the device speaks.
  const configuration: Configuration = { ...configured, language: "zh" };
  const folder = await mkdtemp(join(tmpdir(), "voicegauge-bench-"));
  try {
    const sound = await speak(configuration);
    const state = join(folder, "store");
    yield* measureStore(state);
    // Before what would leave its own traces in the memory of the process.
    yield* measureExports(configuration, state, exportSizes);
    yield* measureTalkDuringExport(configuration, state, sound);
    yield* measureVoice(configuration);
    yield* measureRecognition(configuration, sound);
    yield* measureTurns(configuration, folder, sound, turns);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* measureVoice(configuration: Configuration): AsyncGenerator<Figure> {
  const plain: number[] = [];
  const ours: number[] = [];
  for (let n = 0; n < turns; n += 1) {
    const args = ["-v", "cmn-latn-pinyin", "--stdout", "-b", "1", "--stdin"];
    plain.push(
      await timed(() => runProgram(systemClock, "espeak-ng", args, { timeoutMs: 5_000, input: sentence })),
    );
    // A voice of its own each time: the cache would answer at once.
    const voice = composeEspeakVoice(configuration);
    ours.push(await timed(() => voice.synthesize(sentence, new AbortController().signal)));
  }
  yield figure("synthesis of a read-back", ours, "ms", { of: "espeak-ng alone", values: plain });
}

async function* measureRecognition(configuration: Configuration, sound: Pcm): AsyncGenerator<Figure> {
  const composed = await composeRecognizer(configuration);
  if (!composed.ok) return;
  const { recognizer } = composed.value;
  const starts = [await timed(() => recognizer.start(new AbortController().signal))];
  yield figure("recogniser: cold start with hash check", starts, "ms");
  const whole: number[] = [];
  const decode: number[] = [];
  for (let n = 0; n < turns; n += 1) {
    const startedMs = systemClock.monotonicMs();
    const heard = await transcribe(recognizer, sound);
    whole.push(systemClock.monotonicMs() - startedMs);
    if (heard.ok) decode.push(heard.value.decodeMs);
  }
  yield figure(`recogniser: ${Math.round(durationMs(sound))} ms of speech`, whole, "ms", {
    of: "sherpa-onnx decode alone",
    values: decode,
  });
  const parses: number[] = [];
  for (let n = 0; n < 200; n += 1) parses.push(await timed(() => parse(sentence)));
  yield figure("parse of a sentence", parses, "ms");
  let resident = 0;
  recognizer.onHealth((health) => {
    if (health.kind === "ready") resident = health.info.residentBytes;
  });
  yield figure("memory: recogniser process", [resident / 1e6], "MB");
  yield figure("memory: main process", [process.memoryUsage.rss() / 1e6], "MB");
  await recognizer.close();
}

async function speak(configuration: Configuration): Promise<Pcm> {
  const made = await composeEspeakVoice(configuration).synthesize(sentence, new AbortController().signal);
  if (!made.ok) throw new Error("espeak-ng is needed for the bench");
  return resamplePcm(made.value, captureRateHz);
}
